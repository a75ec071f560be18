/**
 * A payload in JSON whose times and values are written over, message after message, without encoding it
 * again: the load generator must cost less than what it measures.
 */
export interface PayloadForm {
  readonly readings: number
  /** Milliseconds from one message to the next. */
  readonly stepMs: number
  /** Milliseconds from one time within it to the next. */
  readonly spacingMs: number
  readonly text: string
  /** Where in `text` each time begins: 13 digits. */
  readonly timesAt: readonly number[]
  /** Where two decimals begin that differ from message to message. */
  readonly decimalsAt: readonly number[]
}

const TIME = '1795430400000'
const DECIMALS = '25'
const VALUES = {
  1: `{"lel":13.${DECIMALS}}`,
  4: `{"lel":13.${DECIMALS},"battery":88.125,"signal":-71,"fault":false}`,
} as const

const sample = (values: string) => `{"ts":${TIME},"values":${values}}`

/** Readings a message: of one point, of the four of a gas detector, or four times these. */
export const PAYLOADS = {
  1: formOf(1, sample(VALUES[1])),
  4: formOf(4, sample(VALUES[4])),
  16: formOf(16, `[${Array(4).fill(sample(VALUES[4])).join(',')}]`),
} as const

/** What a gas detector sends. */
export const USUAL_PAYLOAD = PAYLOADS[4]

/** What it kept while it was alone, one sample each ten seconds: a message of fifteen. */
export const BACKLOG_PAYLOAD = formOf(
  60,
  `[${Array(15).fill(sample(VALUES[4])).join(',')}]`,
  10_000,
)

function formOf(readings: number, text: string, spacingMs = 1): PayloadForm {
  const timesAt = allOf(text, TIME)
  const decimalsAt = allOf(text, `13.${DECIMALS}`).map((at) => at + 3)
  return { readings, stepMs: timesAt.length * spacingMs, spacingMs, text, timesAt, decimalsAt }
}

function allOf(text: string, part: string): readonly number[] {
  return [...text.matchAll(new RegExp(part.replaceAll('.', '\\.'), 'g'))].map(({ index }) => index)
}
