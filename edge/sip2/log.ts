/** Log lines contain no data of persons (R30). */
export interface ConnectionLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}
