import { createHash } from 'node:crypto'

/** The same cause has the same id, however often it is decided. */
export function messageId(parts: readonly string[]): string {
  return `msg_${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)}`
}
