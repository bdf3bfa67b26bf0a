/**
 * How many decimals of the major unit an amount in minor units has, as Stripe writes amounts: the gateways under both
 * APIs take theirs from it. Codes of ISO 4217, in capitals; a code that is not here has no major unit in the views.
 *
 * Source: https://docs.stripe.com/currencies ("Zero-decimal currencies", "Special cases"), and for three decimals the
 * same page as archived on 2022-06-18, read on 2026-11-22; two decimals: every other code of ISO 4217 that has two there,
 * those withdrawn since 2015 too. Where Stripe departs from ISO 4217:
 * - ISK and UGX (0 in ISO 4217) come with two decimals that are always 00: 500 is 5 ISK.
 * - MGA (2 in ISO 4217) comes without decimals.
 * Left out, since nobody says how they come: codes that Stripe does not take and ISO 4217 gives other than two decimals
 * (IQD, LYD, CLF, UYI, UYW), funds, metals and test codes.
 */
export const currencyExponents: readonly { readonly exponent: 0 | 2 | 3; readonly currencies: readonly string[] }[] = [
  {
    exponent: 0,
    currencies: 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '),
  },
  { exponent: 3, currencies: 'BHD JOD KWD OMR TND'.split(' ') },
  {
    exponent: 2,
    currencies: [
      'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY',
      'COP CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF',
      'IDR ILS INR IRR ISK JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MRO MRU MUR MVR',
      'MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP',
      'SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VEF VES WST',
      'XCD XCG YER ZAR ZMW ZWG ZWL',
    ].flatMap((line) => line.split(' ')),
  },
];
