export interface AnswerBody {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly ErrorBody[];
}
export interface ErrorBody {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string };
}

export interface PostOptions {
  /** Null if the request has no token. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Aborting the signal disconnects the client. */
  readonly signal?: AbortSignal;
}

export const postJson = (
  url: string | URL,
  body: object,
  { token = null, headers = {}, ...options }: PostOptions = {},
): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify(body),
    ...options,
  });

/** Sends a request to the gateway at `origin`. */
export async function askGraph(
  origin: string,
  query: string,
  { variables, ...options }: PostOptions & { readonly variables?: object } = {},
): Promise<AnswerBody> {
  const response = await postJson(`${origin}/graphql`, { query, variables }, options);
  return (await response.json()) as AnswerBody;
}

export const codesIn = ({ errors = [] }: AnswerBody): readonly string[] =>
  errors.map(({ extensions }) => extensions.code);

/** The path and code of each error, such as `patron.name FORBIDDEN`. */
export const errorsIn = ({ errors = [] }: AnswerBody): readonly string[] =>
  errors.map(({ path = [], extensions }) => `${path.join('.')} ${extensions.code}`);
