import type { Paging } from '../sources/source.ts';

/** A JSON object as the API sent it. */
export type JsonRecord = { readonly [key: string]: unknown };

/** What a page's body says. */
export interface PageContent {
  /** In the API's order; each has a text `id`. */
  readonly records: readonly JsonRecord[];
  readonly more: boolean;
  /** The cursor of the next page; null at the end, and for "more" after an empty page that leaves nothing to go on from. */
  readonly next: string | null;
  /** How many records the whole list has; null where the API does not tell. */
  readonly total: number | null;
}

/** Throws an error that says the rule; it adds who, where and which request, and never the payload. */
export type Refuse = (rule: string) => never;

/** A page, if it is what the API's document says. */
export function readPage(body: unknown, paging: Paging, refuse: Refuse): PageContent {
  const page = readEnvelope(body, refuse);
  const { data, [paging.more]: more } = page;
  if (!Array.isArray(data)) return refuse(`a page has an array 'data', got ${kind(data)}`);
  const records = data.map((element: unknown, index) => readRecord(element, `data[${index}]`, refuse));
  if (typeof more !== 'boolean') return refuse(`'${paging.more}' is true or false, got ${kind(more)}`);
  return {
    records,
    more,
    next: more ? readNext(page, records, paging, refuse) : null,
    total: paging.total === undefined ? null : readTotal(page[paging.total], paging.total, refuse),
  };
}

/** The one payment that was asked for by its id. */
export function readSingle(body: unknown, id: string, refuse: Refuse): JsonRecord {
  const payment = readRecord(readEnvelope(body, refuse).data, 'data', refuse);
  return payment.id === id ? payment : refuse('the payment has the id that was asked for, got another');
}

function readEnvelope(body: unknown, refuse: Refuse): JsonRecord {
  if (!isObject(body)) return refuse(`an answer is a JSON object, got ${kind(body)}`);
  // Commet says so in every answer, an error's among them, whatever the status.
  return body.success === false ? refuse("an answer of 200 has 'success' true, got false") : body;
}

function readRecord(value: unknown, where: string, refuse: Refuse): JsonRecord {
  if (!isObject(value)) return refuse(`${where} is an object, got ${kind(value)}`);
  const { id } = value;
  if (typeof id !== 'string' || id === '') return refuse(`${where}.id is a text, got ${kind(id)}`);
  if (!id.isWellFormed()) return refuse(`${where}.id is a text that UTF-8 can hold, got half a surrogate pair`);
  return value;
}

/** Where the next page begins; null for "more" after an empty page, whose last record is nobody's. */
function readNext(page: JsonRecord, records: readonly JsonRecord[], paging: Paging, refuse: Refuse): string | null {
  const isOpaque = paging.kind === 'opaque cursor';
  const next = isOpaque ? page[paging.next] : records.at(-1)?.id;
  if (next === undefined && !isOpaque) return null;
  const name = isOpaque ? `'${paging.next}'` : 'the last id';
  if (typeof next !== 'string' || next === '') {
    return refuse(`${name} is a text while '${paging.more}' is true, got ${kind(next)}`);
  }
  // Half a surrogate pair has no UTF-8 form, so it cannot be sent back as it came.
  return /\p{Surrogate}/u.test(next) ? refuse(`${name} can be sent back, got half a surrogate pair`) : next;
}

function readTotal(total: unknown, name: string, refuse: Refuse): number {
  if (typeof total === 'number' && Number.isSafeInteger(total) && total >= 0) return total;
  return refuse(`'${name}' is a whole number from 0, got ${typeof total === 'number' ? total : kind(total)}`);
}

const isObject = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a value is, never the value. */
function kind(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (value === '') return 'an empty text';
  return Array.isArray(value)
    ? 'an array'
    : ({ string: 'a text', object: 'an object' }[typeof value as string] ?? `a ${typeof value}`);
}
