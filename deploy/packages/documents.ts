import { dirname, join, normalize } from 'node:path';

/**
 * Prepares a Markdown document for a package. Each link to a file that the package lacks is replaced with the link's
 * text.
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
