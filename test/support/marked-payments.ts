import type { Source } from '../../lambdas/sources/source.ts';
import type { Payment } from '../../local/sample-apis/sample-api.ts';

/** In every marked value, and nowhere else. */
export const marker = /marked9q/i;

type Json = { [key: string]: unknown };

/** Makes marked values that no two places share, and keeps them. */
export class Marks {
  readonly all: string[] = [];

  readonly text = (where: string): string => {
    const value = `Marked9q${this.all.length} ${where}`;
    this.all.push(value);
    return value;
  };
}

/** A payment with a marked value in every personal column of its source, lists and maps included. */
export function personalValues(source: Source, payment: Payment, marks: Marks): Payment {
  const record = structuredClone(payment) as Json;
  for (const { shape, path, columns } of source.tables) {
    if (path.includes('[].')) continue;
    const personal = columns.filter((column) => column.personal !== undefined && column.path !== null);
    if (personal.length === 0) continue;
    if (shape === 'entries') {
      const nested = () => ({ deep: [marks.text(`${path} nested`)] });
      set(record, path, { one: marks.text(path), ...(personal[0]?.type === 'json' && { more: nested() }) });
    } else {
      const row: Json = {};
      for (const column of personal)
        set(shape === 'record' ? record : row, column.path as string, marks.text(column.name));
      if (shape === 'elements') set(record, path, [row, { label: 'Size' }]);
    }
  }
  return record;
}

/** A payment whose marked values no column takes: unknown fields at every depth, and values of a wrong type or shape. */
export function valuesWithoutColumn(source: Source, payment: Payment, marks: Marks): Payment {
  const record = structuredClone(payment) as Json;
  record.newField = marks.text('newField');
  record.newObject = { deep: [{ deeper: marks.text('newObject') }] };
  for (const { shape, path, columns } of source.tables) {
    if (path.includes('[].')) continue;
    if (shape === 'elements')
      set(record, path, [{ unforeseen: marks.text(path) }, marks.text(`${path} element`), [marks.text(path)]]);
    else if (shape === 'values') set(record, path, [{ unforeseen: marks.text(path) }]);
    else if (shape === 'entries') set(record, path, { odd: { deep: marks.text(path) }, '\ud83d': marks.text(path) });
    else {
      for (const column of columns) {
        if (column.path === null || ['id', 'createdAt', 'status', source.account].includes(column.path)) continue;
        const value = marks.text(column.path);
        set(record, column.path, column.type === 'text' ? { deep: value } : value);
      }
    }
  }
  return record;
}

/** A payment in which objects are texts, and texts are half of a surrogate pair. */
export function brokenShapes(source: Source, payment: Payment, marks: Marks): Payment {
  const record = structuredClone(payment) as Json;
  const [first] = source.payments.columns.filter(({ personal }) => personal !== undefined);
  if (first?.path) set(record, first.path, `${marks.text(first.path)}\ud83d`);
  for (const { path } of source.tables.slice(1)) if (!path.includes('[].')) set(record, path, marks.text(path));
  for (const { path } of source.payments.columns) {
    const [object, below] = (path ?? '').split('.');
    if (object && below && typeof record[object] !== 'string') record[object] = marks.text(object);
  }
  return record;
}

function set(record: Json, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop() as string;
  let place = record;
  for (const step of steps) {
    const found = place[step];
    const below = typeof found === 'object' && found !== null ? (found as Json) : {};
    place[step] = below;
    place = below;
  }
  place[last] = value;
}
