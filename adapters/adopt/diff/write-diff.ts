import type { Effect, OperationChanges } from './compare-contracts.ts';

const titles: Readonly<Record<Effect, string>> = {
  breaks: 'breaks',
  generate: 'works after `npm run generate`',
  works: 'works',
};

/** Writes the changes of a vendor's next release as Markdown. Operations with breaking changes come first. */
export function writeDiff(file: string, changes: readonly OperationChanges[]): string {
  const broken = changes.filter((one) => one.changes.some(({ effect }) => effect === 'breaks'));
  const fields = new Set(
    broken.flatMap((one) =>
      one.changes.flatMap(({ effect, fields: touched }) => (effect === 'breaks' ? touched : [])),
    ),
  );
  const summary =
    changes.length === 0
      ? 'Nothing has changed.'
      : `${changes.length} operations have changed. ${
          fields.size === 0 ? 'Nothing breaks.' : `It breaks ${[...fields].sort().join(', ')}.`
        }`;
  const sorted = [...broken, ...changes.filter((one) => !broken.includes(one))];
  return [`# ${file}`, summary, ...sorted.map(section)].join('\n\n');
}

function section({ operation, usedBy, changes }: OperationChanges): string {
  const effects: readonly Effect[] = ['breaks', 'generate', 'works'];
  const lines = effects.flatMap((effect) =>
    changes
      .filter((change) => change.effect === effect)
      .map(
        ({ what, fields }) =>
          `- ${titles[effect]}: ${what}${fields.length === 0 ? '' : ` (${fields.join(', ')})`}`,
      ),
  );
  const users = usedBy.length === 0 ? 'not in the graph' : usedBy.join(', ');
  return `## ${operation}: ${users}\n\n${lines.join('\n')}`;
}
