/** What processes share besides the journal. Each idea has a file of its own in `port/`. */
export * from './port/rates.ts';
export * from './port/sealed-state.ts';
