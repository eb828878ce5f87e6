/** A page of a browser without JavaScript and layout. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

export class PlainBrowser {
  readonly cookies: Cookie[] = [];
  /** Every `Set-Cookie` header so far. */
  readonly setCookies: string[] = [];
  readonly #origin: string;
  readonly #origins: readonly string[];
  readonly #headers: Readonly<Record<string, string>>;

  /**
   * `others` are more origins on the same host to which the browser follows redirects. Cookies belong to a host, on any
   * port.
   */
  constructor(
    origin: string,
    headers: Readonly<Record<string, string>> = {},
    others: readonly string[] = [],
  ) {
    this.#origin = origin;
    this.#origins = [origin, ...others];
    this.#headers = headers;
  }

  /**
   * Opens a URL and follows redirects within the known origins. Resolves to the last page, or to the first redirect to
   * another origin.
   */
  async open(url: string, init: RequestInit = {}): Promise<Page> {
    let next = new URL(url, this.#origin);
    let request = init;
    for (let hops = 0; hops < 10; hops += 1) {
      const response = await fetch(next, {
        ...request,
        redirect: 'manual',
        headers: { ...this.#headers, ...request.headers, cookie: this.#cookieHeader(next.pathname) },
      });
      this.#keep(response, next.pathname);
      const location = response.headers.get('location');
      if (location === null) {
        const { status, headers } = response;
        return { url: next.href, status, headers, text: await response.text() };
      }
      next = new URL(location, next);
      request = {};
      if (!this.#origins.includes(next.origin)) {
        return { url: next.href, status: response.status, headers: response.headers, text: '' };
      }
    }
    throw new Error('too many redirects');
  }

  /** Sends the page's form for `action`, or its first form. */
  send(page: Page, fields: Readonly<Record<string, string>>, action?: string): Promise<Page> {
    const actions = [...page.text.matchAll(/<form[^>]*action="([^"]+)"/g)].map(([, target = '']) => target);
    const target = action === undefined ? actions[0] : actions.find((one) => one.endsWith(action));
    if (target === undefined) {
      throw new Error(`there is no form: ${page.text}`);
    }
    const url = new URL(target, page.url);
    return this.open(url.href, {
      method: 'POST',
      headers: { origin: url.origin },
      body: new URLSearchParams({ ...hiddenIn(page.text), ...fields }),
    });
  }

  #cookieHeader(path: string): string {
    return this.cookies
      .filter((cookie) => path === cookie.path || path.startsWith(cookie.path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #keep(response: Response, from: string): void {
    for (const line of response.headers.getSetCookie()) {
      this.setCookies.push(line);
      const [pair = '', ...attributes] = line.split(';').map((text) => text.trim());
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const path = attributes.find((one) => /^path=/i.test(one))?.slice('path='.length) ?? from;
      const index = this.cookies.findIndex((cookie) => cookie.name === name && cookie.path === path);
      if (index >= 0) {
        this.cookies.splice(index, 1);
      }
      if (value !== '') {
        this.cookies.push({ name, value, path });
      }
    }
  }
}

const hiddenIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  );
