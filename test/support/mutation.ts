/** The document of a change that takes `$input`, with what is asked of its answer. */
export function mutationOf(field: string, selection: string): string {
  const input = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  return `mutation ($input: ${input}!) { ${field}(input: $input) { ${selection} } }`;
}
