/** State that processes share, besides the journal. Each topic has a file in `port/`. */
export * from './port/rates.ts';
export * from './port/sealed-state.ts';
export * from './port/usage.ts';
