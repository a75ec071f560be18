/**
 * An operating error with a stable code: not found, conflict, disk full. Code branches on `code`;
 * the message is a sentence for people. Outcomes that are normal on the data path (an undecodable
 * payload, a refused delivery) are not errors but discriminated unions.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code
  readonly details: Readonly<Record<string, unknown>>
  readonly hint: string | undefined

  constructor(
    code: Code,
    message: string,
    options: {
      readonly details?: Readonly<Record<string, unknown>>
      readonly cause?: unknown
      readonly hint?: string
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CodedError'
    this.code = code
    this.details = options.details ?? {}
    this.hint = options.hint
  }
}
