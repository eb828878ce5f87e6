import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'graphql';
import { Marked, type Tokens } from 'marked';
import { listOperations, nameOf } from '../../build/guides.ts';

const root = join(import.meta.dirname, '../../..');

/**
 * The guides, in the order of the navigation. The key is the page's name in its address, and the value is the source
 * file.
 */
const sources = {
  'front-ends': 'docs/guides/front-ends.md',
  answers: 'docs/guides/answers.md',
  staff: 'docs/guides/staff.md',
  charges: 'docs/guides/charges.md',
  'stations-and-telephone': 'docs/guides/stations-and-telephone.md',
  partners: 'docs/guides/partners.md',
  'sign-in': 'docs/guides/sign-in.md',
  'other-languages': 'docs/guides/other-languages.md',
  live: 'docs/guides/live.md',
  notices: 'docs/guides/notices.md',
  stations: 'docs/guides/stations.md',
  'sip2-stations': 'docs/guides/sip2-stations.md',
  'sip2-e-books': 'docs/guides/sip2-e-books.md',
  'sip2-compared': 'docs/guides/sip2-compared.md',
  scopes: 'docs/guides/scopes.md',
  kit: 'apps/kit/README.md',
  changelog: 'CHANGELOG.md',
} as const;

export interface Section {
  /** The anchor of the section's heading; empty for the text before the first heading. */
  readonly id: string;
  readonly title: string;
  /** The section's text without markup, for the search. */
  readonly text: string;
}

export interface Page {
  readonly id: string;
  readonly title: string;
  readonly html: string;
  readonly sections: readonly Section[];
  /** The file names of the page's pictures, in docs/guides/pictures. */
  readonly pictures: readonly string[];
}

const pageOfFile = new Map(Object.entries(sources).map(([id, file]) => [basename(file), id]));

/**
 * Makes the anchor for a heading, in the same way as GitHub. So links within a guide work in the portal and on GitHub.
 */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
    .replaceAll(' ', '-');

/**
 * The address in the portal for a link in a guide. Links to other sites, and to anchors of the same guide, stay as they
 * are. Null for files that are not in the portal.
 */
function hrefFor(href: string): string | null {
  if (/^(https?:|#)/.test(href)) {
    return href;
  }
  const [path = '', anchor] = href.split('#');
  const page = pageOfFile.get(basename(path));
  return page === undefined ? null : `/docs/${page}${anchor === undefined ? '' : `#${anchor}`}`;
}

/**
 * A link that opens the operation in GraphiQL. If the gateway has no GraphiQL, the page hides the link. Empty if
 * GraphiQL doesn't list the operation.
 */
function graphiqlLink(id: string, listed: ReadonlySet<string>): string {
  const href = `/graphiql/?operation=${encodeURIComponent(id)}`;
  return listed.has(id) ? `<p class="graphiql"><a href="${href}">Open in GraphiQL</a></p>\n` : '';
}

/** Reads a page. `listed` contains the ids of the operations that GraphiQL can open. */
function readPage(id: string, file: string, listed: ReadonlySet<string>): Page {
  const sections: { id: string; title: string; text: string }[] = [{ id: '', title: '', text: '' }];
  const pictures: string[] = [];
  let title = '';
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        const inner = this.parser.parseInline(tokens);
        const plain = text.replaceAll(/[`*]/g, '');
        if (depth === 1) {
          title = plain;
          return `<h1>${inner}</h1>\n`;
        }
        const anchor = anchorOf(plain);
        sections.push({ id: anchor, title: plain, text: '' });
        return `<h${depth} id="${anchor}">${inner}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const inner = this.parser.parseInline(tokens);
        const target = hrefFor(href);
        return target === null ? inner : `<a href="${target}">${inner}</a>`;
      },
      image({ href, text }: Tokens.Image) {
        const picture = basename(href);
        pictures.push(picture);
        return `<img src="/docs/content/pictures/${picture}" alt="${escapeHtml(text)}" loading="lazy">`;
      },
      table(token: Tokens.Table) {
        const row = (cells: readonly Tokens.TableCell[], tag: 'th' | 'td') =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`;
        const rows = token.rows.map((cells) => row(cells, 'td')).join('\n');
        // A wide table has its own scroll bar, so that the page itself doesn't scroll sideways. The keyboard can move
        // this scroll bar.
        return `<div class="wide" role="group" aria-label="Table" tabindex="0"><table><thead>${row(token.header, 'th')}</thead><tbody>${rows}</tbody></table></div>\n`;
      },
      code({ text, lang = '' }: Tokens.Code) {
        const label = lang === '' ? 'Example' : `Example: ${lang}`;
        const link = lang.startsWith('graphql') ? graphiqlLink(`${id}/${nameOf(parse(text))}`, listed) : '';
        return `<pre class="wide" role="group" aria-label="${escapeHtml(label)}" tabindex="0"><code>${escapeHtml(text)}</code></pre>\n${link}`;
      },
    },
  });
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/<!--[\s\S]*?-->/g, '');
  const html = marked.parse(text, { async: false });
  const bodies = text.split(/^#{2,6} .*$/m);
  return {
    id,
    title,
    html,
    pictures,
    sections: sections.map((section, index) => ({ ...section, text: plainOf(bodies[index] ?? '') })),
  };
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const plainOf = (markdown: string): string =>
  markdown
    .replaceAll(/\]\([^)]*\)/g, '')
    .replaceAll(/[`*|#[\]]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

export function readPages(): readonly Page[] {
  const listed = new Set(listOperations().map(({ id }) => id));
  return Object.entries(sources).map(([id, file]) => readPage(id, file, listed));
}
