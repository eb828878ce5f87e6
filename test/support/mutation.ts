/** The document of a mutation that takes `$input`, with a selection of its payload. */
export function mutationOf(field: string, selection: string): string {
  const input = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  return `mutation ($input: ${input}!) { ${field}(input: $input) { ${selection} } }`;
}
