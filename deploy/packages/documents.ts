import { dirname, join, normalize } from 'node:path';

/**
 * Returns a Markdown document as it reads in a package: a link to a file that the package doesn't have becomes its text.
 * `[the runbook](runbook.md#x)` becomes `the runbook`, unless `shipped` has `docs/runbook.md`.
 *
 * @param path the document's path in the package
 * @param shipped the paths of the package's files
 */
export const withoutDeadLinks = (text: string, path: string, shipped: ReadonlySet<string>): string =>
  text.replaceAll(/\[([^\]]+)\]\(([^)#\s]*)(#[^)\s]*)?\)/g, (link, label: string, target: string) =>
    target === '' || /^[a-z]+:/.test(target) || shipped.has(normalize(join(dirname(path), target)))
      ? link
      : label,
  );
