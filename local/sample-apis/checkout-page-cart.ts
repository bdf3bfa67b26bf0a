import type { Chance } from './chance.ts';
import { type Currency, currencyFor, price } from './money.ts';
import type { Payment } from './sample-api.ts';

export interface Cart {
  readonly currency: Currency;
  readonly amount: number;
  /** The payment's keys that tell what was bought and how the amount came about. */
  readonly keys: Payment;
}

type Rate = readonly [taxType: string, percent: number, country: string, state: string | null];

const taxes: readonly [readonly Rate[], ...(readonly Rate[])[]] = [
  [['vat', 19, 'DE', null]],
  [['vat', 21, 'ES', null]],
  [['vat', 20, 'GB', null]],
  [
    ['sales_tax', 6.25, 'US', 'CA'],
    ['sales_tax', 0.25, 'US', 'CA'],
    ['sales_tax', 3.75, 'US', 'CA'],
  ],
  [
    ['gst', 5, 'CA', null],
    ['qst', 9.975, 'CA', 'QC'],
  ],
  [['jct', 10, 'JP', null]],
  [['vat', 0, 'NL', null]],
  [],
];

const products = ['Ceramics course', 'Ltd. print “Dune”', 'Yoga retreat', '抹茶セット', 'Brass lamp'] as const;
const variantNames = ['Size', 'Colour', 'Engraving', 'サイズ'] as const;
const optionNames = ['Small', 'Medium', 'Large', 'Ocean blue', 'Grün', 'Initials (max. 3)'] as const;

function quantityDiscount(chance: Chance, base: number, currency: Currency): Payment {
  const byRate = chance.is(0.6);
  const percentOff = byRate ? chance.pick([5, 7.5, 10, 12.5]) : null;
  const amountOff = byRate ? null : Math.min(base, price(1, currency));
  const amount = percentOff === null ? (amountOff ?? 0) : Math.round((base * percentOff) / 100);
  return { minQuantity: 2, maxQuantity: chance.is(0.5) ? 10 : null, percentOff, amountOff, amount };
}

function variant(chance: Chance, currency: Currency): Payment & { selectedOptions: Payment[] } {
  const single = chance.is(0.7);
  const selectedOptions = Array.from({ length: single ? 1 : chance.integer(0, 3) }, () => {
    const original = price(chance.integer(0, 1500) / 100, currency);
    const discount = original > 0 && chance.is(0.3) ? quantityDiscount(chance, original, currency) : undefined;
    return {
      optionId: chance.hex(24),
      optionName: chance.pick(optionNames),
      ...(chance.is(0.6) ? { sku: `OPT-${chance.code(6).toUpperCase()}` } : {}),
      quantity: chance.integer(1, 3),
      additionalChargeAmount: original - Number(discount?.amount ?? 0),
      originalAdditionalChargeAmount: original,
      ...(discount ? { discount } : {}),
    };
  });
  return {
    name: chance.pick(variantNames),
    variantId: chance.hex(24),
    reference: chance.is(0.5) ? 'ref_variant' : null,
    selectionType: single ? 'single' : 'multiple',
    selectedOptions,
  };
}

/** One product, its variants and fees, less discount and coupon, and the taxes on the rest. Its amounts add up. */
export function cartOf(chance: Chance): Cart {
  const currency = currencyFor(chance);
  const quantity = chance.pick([1, 1, 1, 2, 3]);
  const productPrice = price(chance.integer(500, 45_000) / 100, currency);
  const isFree = chance.is(0.08);
  const variants = Array.from({ length: chance.pick([0, 1, 2, 2]) }, () => variant(chance, currency));
  const options = variants.flatMap(({ selectedOptions }) => selectedOptions);
  const extras = options.reduce(
    (sum, option) => sum + Number(option.additionalChargeAmount) * Number(option.quantity),
    0,
  );
  const setupFee = chance.is(0.15) ? price(15, currency) : undefined;
  const goods = productPrice * quantity + extras + (setupFee ?? 0);

  const discount = quantity > 1 ? quantityDiscount(chance, goods, currency) : undefined;
  const couponRate = chance.pick([10, 15, 33.3, null]);
  const couponOff = couponRate === null ? Math.min(goods, price(5, currency)) : Math.round((goods * couponRate) / 100);
  const coupon = chance.is(0.2)
    ? {
        id: chance.hex(24),
        label: 'Summer ☀',
        code: `SUMMER${chance.integer(10, 99)}`,
        amountOff: couponRate === null ? couponOff : null,
        percentOff: couponRate,
        discount: couponOff,
      }
    : undefined;
  const afterDiscounts = Math.max(0, goods - Number(discount?.amount ?? 0) - (coupon ? couponOff : 0));

  const fees: Payment[] = [];
  if (chance.is(0.4)) fees.push({ name: 'Service fee', amount: Math.round(afterDiscounts * 0.029), percentage: 2.9 });
  if (chance.is(0.2)) fees.push({ name: 'Versand & Verpackung', amount: price(4.9, currency), percentage: null });
  const net = afterDiscounts + fees.reduce((sum, fee) => sum + Number(fee.amount), 0);

  const rates = chance.pick(taxes);
  const taxBreakdown = rates.map(([taxType, percent, country, state]) => ({
    taxType,
    taxabilityReason: percent === 0 ? 'reverse_charge' : 'standard_rated',
    taxableAmount: net,
    taxAmount: Math.round((net * percent) / 100),
    taxRateDetails: { country, percentageDecimal: percent, state, taxType },
  }));
  const taxAmount = taxBreakdown.reduce((sum, line) => sum + line.taxAmount, 0);
  const isTaxed = rates.length > 0;
  const product = chance.integer(0, products.length - 1);
  return {
    currency,
    amount: net + taxAmount,
    keys: {
      currency: currency.code.toLowerCase(),
      amount: net + taxAmount,
      amountUsd: Math.round(((net + taxAmount) / currency.units) * currency.dollars * 100) / 100,
      amountExcludingTax: net,
      taxAmount,
      taxBreakdown,
      stripeTaxCalculationId: isTaxed ? `taxcalc_${chance.code(24)}` : null,
      stripeTaxTransactionId: isTaxed ? `tax_${chance.code(24)}` : undefined,
      dynamicPrice: isFree ? productPrice : undefined,
      fees,
      coupon: coupon ?? (chance.is(0.5) ? null : undefined),
      discount,
      productId: `5eed${product.toString(16).padStart(20, '0')}`,
      productPrice,
      payWhatYouWantPrice: isFree ? productPrice : null,
      discountedFromPrice: chance.is(0.1) ? productPrice * 2 : undefined,
      setupFee,
      quantity,
      sku: chance.is(0.7) ? `SKU-${chance.code(8).toUpperCase()}` : null,
      variants,
    },
  };
}
