/** A typed value of a field. */
export interface FieldValue {
  readonly type: 'double' | 'long' | 'boolean' | 'string'
  readonly value: number | boolean | string
}

export interface ParsedPoint {
  readonly measurement: string
  readonly tags: ReadonlyMap<string, string>
  readonly fields: ReadonlyMap<string, FieldValue>
  /** As it was written; null: the server's own time. */
  readonly time: string | null
}

export class LineProtocolError extends Error {}

/**
 * Reads line protocol as InfluxDB documents it: commas, equals signs and spaces in names and tags are
 * escaped by a backslash, which is itself otherwise; strings are in double quotes, in which quotes and
 * backslashes are escaped and a newline is a newline. Throws `LineProtocolError` for the first bad line.
 */
export function parseLineProtocol(text: string): readonly ParsedPoint[] {
  const reader = new LineReader(text)
  const points: ParsedPoint[] = []
  while (!reader.isAtEnd()) {
    if (reader.skipBlankLine()) continue
    points.push(reader.point())
  }
  return points
}

class LineReader {
  readonly #text: string
  #index = 0
  #lineStart = 0

  constructor(text: string) {
    this.#text = text
  }

  isAtEnd(): boolean {
    return this.#index >= this.#text.length
  }

  skipBlankLine(): boolean {
    this.#lineStart = this.#index
    return this.#take('\n') || this.#take('\r')
  }

  point(): ParsedPoint {
    const measurement = this.#name(', ')
    if (measurement === '') this.#fail('missing measurement')
    const tags = new Map<string, string>()
    while (this.#take(',')) {
      const key = this.#name('=, ')
      if (!this.#take('=')) this.#fail('missing tag value')
      const value = this.#name(',= ')
      if (key === '' || value === '') this.#fail('missing tag key or value')
      if (tags.has(key)) this.#fail('duplicate tags')
      tags.set(key, value)
    }
    if (!this.#take(' ')) this.#fail('missing fields')
    const fields = new Map<string, FieldValue>()
    do {
      const key = this.#name('=, ')
      if (key === '' || !this.#take('=')) this.#fail('invalid field format')
      fields.set(key, this.#value())
    } while (this.#take(','))
    const time = this.#take(' ') ? this.#until('\n').trim() : null
    if (time !== null && !/^-?\d+$/.test(time)) this.#fail('bad timestamp')
    if (!this.isAtEnd() && !this.#take('\n')) this.#fail('invalid field format')
    return { measurement, tags, fields, time }
  }

  /** Up to one of the ends that is not escaped. */
  #name(ends: string): string {
    let name = ''
    for (; !this.isAtEnd(); this.#index += 1) {
      const character = this.#text[this.#index] ?? ''
      const next = this.#text[this.#index + 1]
      if (character === '\\' && next !== undefined && ',= '.includes(next)) {
        name += next
        this.#index += 1
      } else if (ends.includes(character) || character === '\n') break
      else name += character
    }
    return name
  }

  #value(): FieldValue {
    if (this.#take('"')) return { type: 'string', value: this.#string() }
    const text = this.#until(', \n')
    if (/^(t|T|true|True|TRUE)$/.test(text)) return { type: 'boolean', value: true }
    if (/^(f|F|false|False|FALSE)$/.test(text)) return { type: 'boolean', value: false }
    if (/^-?\d+i$/.test(text)) return { type: 'long', value: Number(text.slice(0, -1)) }
    if (/^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
      return { type: 'double', value: Number(text) }
    }
    return this.#fail('invalid number')
  }

  #string(): string {
    let text = ''
    for (; !this.isAtEnd(); this.#index += 1) {
      const character = this.#text[this.#index] ?? ''
      const next = this.#text[this.#index + 1]
      if (character === '\\' && (next === '"' || next === '\\')) {
        text += next
        this.#index += 1
      } else if (character === '"') {
        this.#index += 1
        return text
      } else text += character
    }
    return this.#fail('unbalanced quotes')
  }

  #until(ends: string): string {
    const start = this.#index
    while (!this.isAtEnd() && !ends.includes(this.#text[this.#index] ?? '')) this.#index += 1
    return this.#text.slice(start, this.#index)
  }

  #take(character: string): boolean {
    if (this.#text[this.#index] !== character) return false
    this.#index += 1
    return true
  }

  #fail(reason: string): never {
    const end = this.#text.indexOf('\n', this.#lineStart)
    const line = this.#text.slice(this.#lineStart, end === -1 ? undefined : end)
    throw new LineProtocolError(`unable to parse '${line}': ${reason}`)
  }
}
