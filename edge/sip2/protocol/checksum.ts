/** The checksum: four hexadecimal digits of the negative sum of all bytes, modulo 65,536. `bytes` must end with `AZ`. */
export function checksumOf(bytes: Uint8Array): string {
  let sum = 0;
  for (const byte of bytes) {
    sum += byte;
  }
  return (-sum & 0xffff).toString(16).toUpperCase().padStart(4, '0');
}
