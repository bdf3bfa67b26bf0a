import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { distinctNames, type Format, writeAnswer } from '../../cli/query-formats.ts';
import type { Answer } from '../../lambdas/athena/sql-query.ts';

async function* each<T>(...batches: T[]): AsyncGenerator<T> {
  yield* batches;
}

/** What a query with these columns, `name type`, writes in a format. */
async function written(format: Format, columns: string[], ...batches: Answer[][][]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const all = Promise.all([text(stdout), text(stderr)]);
  const typed = columns.map((column) => {
    const [name = '', type = 'VARCHAR'] = column.split(' ');
    return { name, type };
  });
  await writeAnswer({ columns: typed, batches: each(...batches) }, format, { stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await all;
  return { out, err };
}

describe('table', () => {
  test('numbers stand on the right, text on the left, NULL is visible', async () => {
    const { out } = await written(
      'table',
      ['name', 'amount BIGINT'],
      [
        ['a', 5n],
        [null, 1234n],
      ],
      [['', null]],
    );
    expect(out).toBe(
      [
        '┌──────┬────────┐',
        '│ name │ amount │',
        '├──────┼────────┤',
        '│ a    │      5 │',
        '│ NULL │   1234 │',
        '│      │   NULL │',
        '└──────┴────────┘',
        '',
      ].join('\n'),
    );
  });

  test('a control character cannot break a line, nor reach the terminal', async () => {
    const { out } = await written('table', ['a\nb'], [['one\ntwo\r\t\u001b[31mred\u0085']]);
    expect(out).toContain('│ a\\nb ');
    expect(out).toContain('│ one\\ntwo\\r\\t\\u001b[31mred\\u0085 │');
  });

  test('an answer without rows shows its columns', async () => {
    expect((await written('table', ['id'])).out).toContain('│ id │');
  });

  test('a statement that answers nothing writes nothing', async () => {
    for (const format of ['table', 'csv'] as const) expect((await written(format, [])).out).toBe('');
    expect((await written('json', [])).out).toBe('[]\n');
  });

  test('beyond 10,000 rows it says on stderr how many there are, and how to get them', async () => {
    const batch = Array.from({ length: 4000 }, (_, index) => [index]);
    const { out, err } = await written('table', ['n INTEGER'], batch, batch, batch);
    expect(out.match(/^│ +\d/gm)).toHaveLength(10_000);
    expect(err).toBe('payments-lake: the first 10000 of 12000 rows; --format csv or json writes them all\n');
  });
});

describe('csv', () => {
  test('NULL is empty, empty text is quoted', async () => {
    const { out } = await written('csv', ['a', 'b', 'c'], [[null, '', 'x']], [['', null, null]]);
    expect(out).toBe('a,b,c\n,"",x\n"",,\n');
  });

  test('commas, quotes, line ends and spaces at an end are quoted', async () => {
    const { out } = await written('csv', ['a,b'], [['1,2'], ['say "x"'], ['1\n2'], ['1\r2'], [' x '], ['plain text']]);
    expect(out).toBe('"a,b"\n"1,2"\n"say ""x"""\n"1\n2"\n"1\r2"\n" x "\nplain text\n');
  });

  test('numbers, booleans and lists are written in full', async () => {
    const { out } = await written(
      'csv',
      ['a BIGINT', 'b DOUBLE', 'c BOOLEAN', 'd INTEGER[]', 'e DECIMAL(9,2)'],
      [
        [9007199254740993n, 1e-7, true, [1, null], '1.50'],
        [0n, -0, false, [], '-0.10'],
      ],
    );
    expect(out).toBe('a,b,c,d,e\n9007199254740993,1e-7,true,"[1,null]",1.50\n0,-0,false,[],-0.10\n');
  });

  test('a single column of NULL keeps its lines', async () => {
    expect((await written('csv', ['a'], [[null], [null]])).out).toBe('a\n\n\n');
  });
});

describe('json', () => {
  const parsed = async (columns: string[], ...batches: Answer[][][]) =>
    JSON.parse((await written('json', columns, ...batches)).out) as unknown;

  test('it is an array of objects, over all batches', async () => {
    expect(await parsed(['id', 'n INTEGER'], [['a', 1]], [['b', null]])).toEqual([
      { id: 'a', n: 1 },
      { id: 'b', n: null },
    ]);
    expect(await parsed(['id'])).toEqual([]);
  });

  test('an integer that a double would round is a text of its digits', async () => {
    const { out } = await written(
      'json',
      ['n BIGINT'],
      [[9007199254740991n], [9007199254740992n], [-9007199254740991n], [-9223372036854775808n]],
    );
    expect(out).toBe(
      '[\n{"n":9007199254740991},\n{"n":"9007199254740992"},\n{"n":-9007199254740991},\n{"n":"-9223372036854775808"}\n]\n',
    );
  });

  test('a decimal is a number when a double tells it from its neighbours, else text', async () => {
    const { out } = await written(
      'json',
      ['d DECIMAL(20,2)', 't'],
      [
        ['1.50', '1.50'],
        ['123456789012345678.90', ''],
      ],
    );
    expect(out).toBe('[\n{"d":1.50,"t":"1.50"},\n{"d":"123456789012345678.90","t":""}\n]\n');
  });

  test('what JSON has no number for is text', async () => {
    expect(await parsed(['d DOUBLE'], [[Number.NaN], [Number.NEGATIVE_INFINITY], [0.1]])).toEqual([
      { d: 'NaN' },
      { d: '-Infinity' },
      { d: 0.1 },
    ]);
  });

  test('nested values are nested, odd names and text survive', async () => {
    const odd = 'line\nend "quoted" \u2028 🦆';
    const { out } = await written('json', ['__proto__', 'l'], [[odd, [{ a: 1n, b: [null] }]]]);
    expect(JSON.parse(out)[0].l).toEqual([{ a: 1, b: [null] }]);
    expect(Object.entries(JSON.parse(out)[0])[0]).toEqual(['__proto__', odd]);
  });

  test('columns of one name are all kept', async () => {
    expect(await parsed(['id', 'id', 'id'], [['a', 'b', 'c']])).toEqual([{ id: 'a', id_2: 'b', id_3: 'c' }]);
  });
});

test('a second name never takes one that is there', () => {
  const names = (...given: string[]) => distinctNames(given.map((name) => ({ name })));
  expect(names('id', 'id', 'id_2')).toEqual(['id', 'id_3', 'id_2']);
  expect(names('id_2', 'id', 'id', 'id_2')).toEqual(['id_2', 'id', 'id_3', 'id_2_2']);
});

test('a reader that closed the pipe ends the query', async () => {
  const stdout = new PassThrough();
  let taken = 0;
  async function* endless(): AsyncGenerator<Answer[][]> {
    for (;;) {
      if (++taken === 3) stdout.destroy();
      yield [['x'.repeat(100_000)]];
    }
  }
  stdout.resume();
  const columns = [{ name: 'a', type: 'VARCHAR' }];
  await writeAnswer({ columns, batches: endless() }, 'csv', { stdout, stderr: new PassThrough() });
  expect(taken).toBeLessThan(10);
});
