/** `time(v: 5)` and the like: a call, or one step of a pipeline. */
export interface FluxCall {
  readonly kind: 'call'
  readonly name: string
  readonly args: ReadonlyMap<string, FluxValue>
}

/** `(r) => r.a == "x" and r.b == "y"`: column and value, all of them. */
export interface FluxCondition {
  readonly kind: 'condition'
  readonly equals: readonly (readonly [column: string, value: string])[]
}

export type FluxValue =
  | FluxCall
  | FluxCondition
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'duration'; readonly ms: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'list'; readonly items: readonly FluxValue[] }
  | { readonly kind: 'name'; readonly name: string }

export class FluxError extends Error {}

/**
 * Reads the part of Flux that a gateway speaks: pipelines of calls with named arguments, string
 * literals by the specification (an interpolation in one is refused), integers, milliseconds, lists,
 * and conditions of equality joined by `and`. Everything else is a `FluxError`.
 */
export function parseFlux(text: string): readonly (readonly FluxCall[])[] {
  const tokens = new Tokens(text)
  const pipelines: (readonly FluxCall[])[] = []
  while (!tokens.isAtEnd()) {
    const calls = [parseCall(tokens, tokens.word())]
    while (tokens.take('|>')) calls.push(parseCall(tokens, tokens.word()))
    pipelines.push(calls)
  }
  return pipelines
}

function parseCall(tokens: Tokens, name: string): FluxCall {
  const args = new Map<string, FluxValue>()
  tokens.expect('(')
  while (!tokens.take(')')) {
    const argument = tokens.word()
    tokens.expect(':')
    args.set(argument, parseValue(tokens))
    if (!tokens.take(',')) {
      tokens.expect(')')
      break
    }
  }
  return { kind: 'call', name, args }
}

function parseValue(tokens: Tokens): FluxValue {
  const string = tokens.string()
  if (string !== null) return { kind: 'string', value: string }
  const number = tokens.number()
  if (number !== null) return number
  if (tokens.take('[')) {
    const items: FluxValue[] = []
    while (!tokens.take(']')) {
      items.push(parseValue(tokens))
      if (!tokens.take(',')) {
        tokens.expect(']')
        break
      }
    }
    return { kind: 'list', items }
  }
  if (tokens.take('(')) return parseCondition(tokens)
  const name = tokens.word()
  if (name === 'true' || name === 'false') return { kind: 'boolean', value: name === 'true' }
  return tokens.isNext('(') ? parseCall(tokens, name) : { kind: 'name', name }
}

function parseCondition(tokens: Tokens): FluxCondition {
  const record = tokens.word()
  tokens.expect(')')
  tokens.expect('=>')
  const equals: [string, string][] = []
  do {
    if (tokens.word() !== record) throw new FluxError(`undefined identifier`)
    tokens.expect('.')
    const column = tokens.word()
    tokens.expect('==')
    const value = tokens.string()
    if (value === null) throw new FluxError('expected a string literal')
    equals.push([column, value])
  } while (tokens.takeWord('and'))
  return { kind: 'condition', equals }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
  ['\\', '\\'],
])

class Tokens {
  readonly #text: string
  #index = 0

  constructor(text: string) {
    this.#text = text
    this.#skipSpace()
  }

  isAtEnd(): boolean {
    return this.#index >= this.#text.length
  }

  isNext(symbol: string): boolean {
    return this.#text.startsWith(symbol, this.#index)
  }

  take(symbol: string): boolean {
    if (!this.isNext(symbol)) return false
    this.#advance(symbol.length)
    return true
  }

  expect(symbol: string): void {
    if (!this.take(symbol)) throw new FluxError(`expected ${symbol}, got ${this.#rest()}`)
  }

  word(): string {
    const word = this.#match(/[A-Za-z_][A-Za-z0-9_]*/y)
    if (word === null) throw new FluxError(`expected a name, got ${this.#rest()}`)
    return word
  }

  takeWord(word: string): boolean {
    const start = this.#index
    if (this.#match(/[A-Za-z_][A-Za-z0-9_]*/y) === word) return true
    this.#index = start
    return false
  }

  number(): FluxValue | null {
    const text = this.#match(/-?\d+(ms)?\b/y)
    if (text === null) return null
    return text.endsWith('ms')
      ? { kind: 'duration', ms: Number(text.slice(0, -2)) }
      : { kind: 'integer', value: BigInt(text) }
  }

  string(): string | null {
    if (this.#text[this.#index] !== '"') return null
    let value = ''
    for (let at = this.#index + 1; at < this.#text.length; at += 1) {
      const character = this.#text[at] ?? ''
      if (character === '"') {
        this.#advance(at + 1 - this.#index)
        return value
      }
      if (character === '$' && this.#text[at + 1] === '{') {
        throw new FluxError('string interpolation is not spoken here')
      }
      if (character !== '\\') {
        value += character
        continue
      }
      at += 1
      const escaped = this.#text[at] ?? ''
      if (escaped === '$' && this.#text[at + 1] === '{') {
        value += '${'
        at += 1
      } else {
        const plain = ESCAPES.get(escaped)
        if (plain === undefined) throw new FluxError(`invalid escape \\${escaped}`)
        value += plain
      }
    }
    throw new FluxError('unterminated string')
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#index
    const text = pattern.exec(this.#text)?.[0]
    if (text === undefined) return null
    this.#advance(text.length)
    return text
  }

  #advance(length: number): void {
    this.#index += length
    this.#skipSpace()
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#index] ?? '')) this.#index += 1
  }

  #rest(): string {
    return JSON.stringify(this.#text.slice(this.#index, this.#index + 20))
  }
}
