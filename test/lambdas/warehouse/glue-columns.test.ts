import { glueColumns, glueCommentLimit } from '../../../lambdas/warehouse/glue-columns.ts';
import { allTables } from '../../../lambdas/warehouse/history-tables.ts';
import { bothInstances } from '../../support/lake-builder.ts';

test.each([
  ['text', 'string'],
  ['json', 'string'],
  ['boolean', 'boolean'],
  ['integer', 'bigint'],
  ['double', 'double'],
  ['decimal', 'decimal(38,4)'],
  ['instant', 'timestamp'],
] as const)('%s is %s to Hive', (type, hive) => {
  expect(glueColumns([{ name: 'a', type, meaning: 'What it is.' }])).toEqual([
    { name: 'a', type: hive, comment: 'What it is.' },
  ]);
});

test('every comment is one line that Glue takes', () => {
  const columns = allTables(bothInstances).flatMap(({ table }) => glueColumns(table.columns));
  expect(columns.length).toBeGreaterThan(100);
  for (const { comment } of columns) {
    expect(comment).not.toMatch(/[\r\n]/);
    expect(comment.length).toBeLessThanOrEqual(glueCommentLimit);
  }
});
