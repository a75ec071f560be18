import type { IncomingMessage } from 'node:http'
import { decodeMultiStream } from '@msgpack/msgpack'
import type { Statement } from './influx-ql.ts'
import { type FieldName, readingOf } from './influx-schema.ts'
import type { StoredReading } from './time-series.ts'

/** A part of what InfluxDB 1 answers to several statements. */
export interface AnswerPart {
  readonly error?: string
  readonly results?: readonly (Statement & { readonly statement_id?: number })[]
}

/**
 * An answer in parts, each taken while InfluxDB makes the next. In MessagePack, which costs both sides
 * half of what JSON does; one that does not know it (before 1.4, some compatible servers) answers with
 * a JSON a line instead. Rejects when the answer breaks off or is neither.
 */
export async function* answerParts(response: IncomingMessage): AsyncGenerator<AnswerPart> {
  if (response.headers['content-type']?.startsWith('application/x-msgpack') === true) {
    yield* decodeMultiStream(response) as AsyncGenerator<AnswerPart>
    return
  }
  for (const line of (await textOf(response)).split('\n')) if (line !== '') yield JSON.parse(line)
}

export async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** Of the two statements of `readingsStatements`: what few readings have. */
const RARE_STATEMENT = 1

type Row = readonly unknown[]
type Fields = (name: FieldName) => unknown

/** Readings out of the parts of an answer to `readingsStatements`. */
export class ReadingsAnswer {
  readonly #usual: Row[] = []
  readonly #rare = new Map<number, Fields>()
  #error: string | null = null

  take({ error, results = [] }: AnswerPart): void {
    this.#error ??= error ?? null
    for (const { error: ofStatement, series = [], statement_id } of results) {
      this.#error ??= ofStatement ?? null
      for (const { columns, values = [] } of series) {
        if (statement_id === RARE_STATEMENT) this.#takeRare(columns, values)
        else for (const row of values) this.#usual.push(row)
      }
    }
  }

  /** What a statement failed of, although the answer was 200. */
  get error(): string | null {
    return this.#error
  }

  /** In the order of the answer; null for a point that is not a whole reading. */
  readings(): readonly (StoredReading | null)[] {
    return this.#usual.map((row) => readingIn(row, this.#rare.get(Number(row[0]))))
  }

  #takeRare(columns: readonly string[], rows: readonly Row[]): void {
    const indexes = new Map(columns.map((column, index) => [column, index]))
    for (const row of rows) {
      this.#rare.set(Number(row[0]), (name) => row[indexes.get(name) ?? -1])
    }
  }
}

function readingIn([time, value, arrivedAt]: Row, rare: Fields | undefined): StoredReading | null {
  const observedAtMs = Number(time)
  const isUsual = rare === undefined && typeof value === 'number' && typeof arrivedAt === 'number'
  if (isUsual) return { observedAtMs, arrivedAtMs: arrivedAt, value, quality: 'good', marks: 0 }
  return readingOf(observedAtMs, (name) => {
    if (name === 'value') return value
    return name === 'arrived_at_ms' ? arrivedAt : rare?.(name)
  })
}
