import type { Answer, ResultColumn, SqlQuery } from '../lambdas/athena/sql-query.ts';
import { type AnalystQuestion, analystQuestions } from '../lambdas/warehouse/analyst-questions.ts';
import { isNumberType } from './query-formats.ts';

const head = `# Analyst's guide

Ten questions that a finance team asks, each with its query, what it answers on sample data, and the traps. The page is
written by \`npm run dictionary\`, which makes a lake from the two sample APIs (always the same one, synced in the nights of
1 and 2 July 2026) and runs every query on it; the tests run them again.

- The queries run in Athena and, with \`payments-lake query\`, in DuckDB. Names are those of the stage prod and of instances
  named like their APIs; another stage carries its name behind \`payments_lake\` and \`payments_lake_history\`.
- Each filters on \`month\`, and so reads only those months' files. Put your own months in.
- What a column means: [data-dictionary.md](data-dictionary.md), or \`payments-lake describe TABLE\`.
`;

/** A question with the answer a lake gives to it. */
export interface AnsweredQuestion extends AnalystQuestion {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Answer[])[];
}

export async function answerQuestions(lake: SqlQuery): Promise<AnsweredQuestion[]> {
  const answered: AnsweredQuestion[] = [];
  for (const question of analystQuestions) answered.push({ ...question, ...(await lake.run(question.sql)) });
  return answered;
}

/** The whole guide as a page of Markdown. */
export const guideMarkdown = (answered: readonly AnsweredQuestion[]): string =>
  [head, ...answered.map((question, index) => sectionOf(question, index + 1))].join('\n');

const sectionOf = ({ title, sql, columns, rows, traps }: AnsweredQuestion, number: number): string =>
  `## ${number}. ${title}

\`\`\`sql
${sql}
\`\`\`

${answerTable(columns, rows)}

${traps.map((trap) => `- ${trap}`).join('\n')}
`;

function answerTable(columns: readonly ResultColumn[], rows: readonly (readonly Answer[])[]): string {
  const lines = [
    columns.map(({ name }) => name),
    columns.map(({ type }) => (isNumberType(type) ? '--:' : '---')),
    ...rows.map((row) => row.map((value) => (value === null ? '*null*' : String(value).replaceAll('|', '\\|')))),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
