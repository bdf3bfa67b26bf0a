import { currencyExponents } from './currency-exponents.ts';
import { below, type Expressions, shown } from './shaped-select.ts';
import { quoted, type ShownColumn, textLiteral } from './sql.ts';

/**
 * What one minor unit is in major ones, as SQL: 0.0100 for EUR, NULL for a currency nobody knows.
 *
 * @param currency SQL of the code, in capitals
 */
const minorUnit = (currency: string): string => {
  const cases = currencyExponents.map(({ exponent, currencies }) => {
    const unit = (1 / 10 ** exponent).toFixed(4);
    return `    WHEN ${currency} IN (${currencies.map(textLiteral).join(', ')}) THEN ${unit}`;
  });
  return `CAST(CASE\n${cases.join('\n')}\n  END AS DECIMAL(5,4))`;
};

const majorOf = (name: string): string => `${name}_major`;

/** Columns of amounts, each in minor units and then each in major ones: name → meaning, the unit left to be said. */
export const amountColumns = (amounts: Readonly<Record<string, string>>): readonly ShownColumn[] => [
  ...Object.entries(amounts).map(([name, meaning]) =>
    shown(name, 'integer', `${meaning}. In the currency's minor unit.`, 'minor units'),
  ),
  ...Object.entries(amounts).map(([name, meaning]) =>
    shown(
      majorOf(name),
      'decimal',
      `${meaning}. In the currency's major unit; null for a currency not known.`,
      'major units',
    ),
  ),
];

/**
 * Expressions with the major units of what is filled of these amounts, of rows as `withUnit` makes them. Exact for every
 * BIGINT; multiplied, since DuckDB's DECIMAL / DECIMAL is a DOUBLE.
 */
export const withMajor = (amounts: Readonly<Record<string, string>>, filled: Expressions): Expressions => ({
  ...filled,
  ...Object.fromEntries(
    Object.keys(amounts).flatMap((name) => {
      const amount = filled[name];
      if (amount === undefined) return [];
      return [[majorOf(name), `CAST(CAST(${amount} AS DECIMAL(19,0)) * "_unit" AS DECIMAL(38,4))`]];
    }),
  ),
});

/** Rows with two columns more: `_currency`, in capitals, and `_unit`, what one minor unit of it is. */
export const withUnit = (rows: string, currency: string): string =>
  below(
    `SELECT *, ${minorUnit('"_currency"')} AS "_unit"
FROM ${below(`SELECT *, upper(${quoted(currency)}) AS "_currency"\nFROM ${below(rows, 'newest')}`, 'coded')}`,
    'valued',
  );
