import type { Chance } from './chance.ts';

export interface Currency {
  /** As ISO 4217 writes it. */
  readonly code: string;
  /** Minor units in a major one: 1, 100 or 1000. */
  readonly units: number;
  /** US dollars for one major unit, roughly. */
  readonly dollars: number;
}

const currency = (code: string, decimals: 0 | 2 | 3, dollars: number): Currency => ({
  code,
  units: 10 ** decimals,
  dollars,
});

const usd = currency('USD', 2, 1);
const eur = currency('EUR', 2, 1.09);
const gbp = currency('GBP', 2, 1.27);
/** Named as often as they are paid in. */
const currencies: readonly [Currency, ...Currency[]] = [
  usd,
  ...[usd, usd, usd, usd, usd, eur, eur, eur, eur, gbp, gbp],
  currency('JPY', 0, 0.0067),
  currency('KRW', 0, 0.00073),
  currency('KWD', 3, 3.26),
  currency('BHD', 3, 2.65),
  currency('BRL', 2, 0.18),
  currency('CAD', 2, 0.73),
];

export const currencyFor = (chance: Chance): Currency => chance.pick(currencies);

/** So many US dollars in a currency's minor unit, to the cent, yen or fils that prices end on. */
export function price(dollars: number, { units, dollars: rate }: Currency): number {
  const step = units === 1000 ? 5 : 1;
  return Math.round(((dollars / rate) * units) / step) * step;
}
