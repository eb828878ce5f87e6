declare module 'virtual:contents' {
  const contents: import('../content/plugin.ts').Contents;
  export default contents;
}
