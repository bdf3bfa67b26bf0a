import type { Field } from '../sources/column.ts';
import type { Row, Value } from '../sources/row.ts';
import { Draft, type Drift, type JsonObject } from './draft.ts';
import type { Fit } from './fits.ts';
import { isNothing } from './json-text.ts';
import { isSecretName } from './never-stored.ts';
import { fitOf, type PersonalData } from './personal-data.ts';
import type { ObjectPlan, Step, TablePlan } from './plan.ts';

/** What all members of a record are compiled with. */
export interface Rules {
  readonly personal: PersonalData;
  readonly drift: Drift;
}

/** A record on its way: the rows made so far, and what its child rows copy from the payment. */
export interface RecordDraft {
  readonly rows: readonly Row[][];
  readonly id: string;
  readonly createdAt: number | null;
  readonly answeredAt: number;
}

/** Puts one JSON value where the declaration says. */
export type Member = (value: unknown, draft: Draft, record: RecordDraft) => void;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One pass over what an object holds, each member found by its name. */
export function compileObject(plan: ObjectPlan, path: readonly string[], rules: Rules): Member {
  const members = new Map([...plan].map(([name, step]) => [name, compileStep(step, rules)]));
  return (value, draft, record) => {
    const object = value as JsonObject;
    for (const name in object) {
      const member = members.get(name);
      if (member) member(object[name], draft, record);
      else draft.unknownField(path, name, object[name]);
    }
  };
}

function compileStep(step: Step, rules: Rules): Member {
  if (step.kind === 'never stored') return () => {};
  const { path } = step;
  if (step.kind === 'column') {
    const convert = fitOf(step.field, rules.personal);
    const isAsItCame = step.field.personal === undefined || rules.personal.mode === 'keep';
    const known = isAsItCame && step.field.values ? new Set<Value>(step.field.values) : null;
    return (value, draft) => {
      if (isNothing(value)) return;
      const fitted = convert(value);
      if (fitted === undefined) return draft.misfit(path, value);
      draft.row[step.index] = fitted;
      if (known && !known.has(fitted)) draft.unknownValue(path.join('.'));
    };
  }
  if (step.kind === 'object') {
    const members = compileObject(step.members, path, rules);
    return (value, draft, record) => {
      if (isObject(value)) members(value, draft, record);
      else if (!isNothing(value)) draft.misfit(path, value);
    };
  }
  return compileTable(step.table, path, rules);
}

function compileTable(plan: TablePlan, path: readonly string[], rules: Rules): Member {
  const beginRow = compileChildRow(plan, rules);
  if (plan.table.shape === 'entries') return compileEntries(plan, path, beginRow, rules);
  const fill = plan.table.shape === 'elements' ? compileObject(plan.members, [], rules) : null;
  const [valueStep] = plan.members.values();
  const convert: Fit | null = valueStep?.kind === 'column' && !fill ? fitOf(valueStep.field, rules.personal) : null;
  const valueColumn = valueStep?.kind === 'column' ? valueStep.index : -1;
  const position = plan.column('position');
  return (value, draft, record) => {
    if (isNothing(value)) return;
    if (!Array.isArray(value)) return draft.misfit(path, value);
    for (let place = 0; place < value.length; place++) {
      const row = beginRow(draft, record);
      row.row[position] = place;
      const element: unknown = value[place];
      if (!isNothing(element)) {
        const fitted = convert?.(element);
        if (fill && isObject(element)) fill(element, row, record);
        else if (fitted !== undefined) row.row[valueColumn] = fitted;
        else row.misfitWhole(element);
      }
      finishRow(plan, row, record);
    }
  };
}

function compileEntries(plan: TablePlan, path: readonly string[], beginRow: BeginRow, rules: Rules): Member {
  const keyColumn = plan.column('key');
  const valueColumn = plan.column('value');
  const convert = fitOf(plan.table.columns[valueColumn] as Field, rules.personal);
  return (value, draft, record) => {
    if (isNothing(value)) return;
    if (!isObject(value)) return draft.misfit(path, value);
    // Sorted, since the order inside an object does not count: the same map must give the same hash.
    for (const key of Object.keys(value).sort()) {
      if (!key.isWellFormed()) {
        draft.keepEntry(path, key, value[key]);
        continue;
      }
      const row = beginRow(draft, record);
      row.row[keyColumn] = key;
      if (!isNothing(value[key]) && !isSecretName(key)) {
        const fitted = convert(value[key]);
        if (fitted === undefined) row.misfitWhole(value[key]);
        else row.row[valueColumn] = fitted;
      }
      finishRow(plan, row, record);
    }
  };
}

type BeginRow = (above: Draft, record: RecordDraft) => Draft;

/** A child row begins with what ties it to its payment and, below another child, to that one. */
function compileChildRow(plan: TablePlan, { drift }: Rules): BeginRow {
  const empty: Row = plan.table.columns.map(() => null);
  const paymentId = plan.column('payment_id');
  const paymentCreatedAt = plan.column('payment_created_at');
  const loadedAt = plan.column('_loaded_at');
  const outer = plan.table.parent ? plan.column(`${plan.table.parent}_position`) : -1;
  const outerPosition = plan.outer ? plan.outer.column('position') : -1;
  return (above, record) => {
    const row = empty.slice();
    row[paymentId] = record.id;
    row[paymentCreatedAt] = record.createdAt;
    row[loadedAt] = record.answeredAt;
    if (outer >= 0) row[outer] = above.row[outerPosition] as Value;
    return new Draft(plan.table.name, row, drift);
  };
}

/** Closes a row: writes its `_extra` and files it under its table. */
export function finishRow(plan: TablePlan, draft: Draft, record: RecordDraft): void {
  draft.row[plan.extra] = draft.extra();
  record.rows[plan.number]?.push(draft.row);
}
