import { currencyExponents } from './currency-exponents.ts';
import { below } from './shaped-select.ts';
import { quoted, textLiteral } from './sql.ts';

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

/**
 * An amount in major units, as SQL: exact for every BIGINT. Multiplied, since DuckDB's DECIMAL / DECIMAL is a DOUBLE.
 *
 * @param amount SQL of the amount in minor units
 * @param unit SQL of what `minorUnit` makes
 */
export const majorUnits = (amount: string, unit: string): string =>
  `CAST(CAST(${amount} AS DECIMAL(19,0)) * ${unit} AS DECIMAL(38,4))`;

/** Rows with two columns more: `_currency`, in capitals, and `_unit`, what one minor unit of it is. */
export const withUnit = (rows: string, currency: string): string =>
  below(
    `SELECT *, ${minorUnit('"_currency"')} AS "_unit"
FROM ${below(`SELECT *, upper(${quoted(currency)}) AS "_currency"\nFROM ${below(rows, 'newest')}`, 'coded')}`,
    'valued',
  );
