/** Monaco's workers, served from this page's own origin. */

import type { Environment } from 'monaco-editor';
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker';
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker';
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker';

const environment: Environment = {
  getWorker: (_id, label) =>
    label === 'graphql' ? new GraphQLWorker() : label === 'json' ? new JsonWorker() : new EditorWorker(),
};
Object.assign(globalThis, { MonacoEnvironment: environment });
