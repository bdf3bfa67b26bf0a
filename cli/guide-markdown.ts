import type { Answer, ResultColumn, SqlQuery } from '../lambdas/athena/sql-query.ts';
import { analystQuestions } from '../lambdas/warehouse/analyst-questions.ts';

const head = `# Analyst's guide

Ten questions that a finance team asks, each with its query, what it answers on sample data, and the traps. The page is
written by \`npm run dictionary\`, which makes a lake from the two sample APIs (always the same one, synced in the nights of
1 and 2 July 2026) and runs every query on it; the tests run them again.

- The queries run in Athena and, with \`payments-lake query\`, in DuckDB. Names are those of the stage prod and of instances
  named like their APIs; another stage carries its name behind \`payments_lake\` and \`payments_lake_history\`.
- Each filters on \`month\`, and so reads only those months' files. Put your own months in.
- What a column means: [data-dictionary.md](data-dictionary.md), or \`payments-lake describe TABLE\`.
`;

/** The guide with the answers that this lake gives. */
export async function guideMarkdown(lake: SqlQuery): Promise<string> {
  const sections: string[] = [];
  for (const [index, { title, sql, traps }] of analystQuestions().entries()) {
    const { columns, rows } = await lake.run(sql);
    sections.push(`## ${index + 1}. ${title}

\`\`\`sql
${sql}
\`\`\`

${answerTable(columns, rows)}

${traps.map((trap) => `- ${trap}`).join('\n')}
`);
  }
  return [head, ...sections].join('\n');
}

function answerTable(columns: readonly ResultColumn[], rows: readonly (readonly Answer[])[]): string {
  const lines = [
    columns.map(({ name }) => name),
    columns.map(({ type }) => (isNumber(type) ? '--:' : '---')),
    ...rows.map((row) => row.map((value) => (value === null ? '*null*' : String(value).replaceAll('|', '\\|')))),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const isNumber = (type: string): boolean => /^(DECIMAL\(|DOUBLE|BIGINT|HUGEINT|INTEGER)/.test(type);
