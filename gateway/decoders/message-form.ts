import { isAt } from '../bytes.ts'
import type { DecodedValues } from './decoder.ts'
import { FIGURE, figureEnd, isWord } from './json-figure.ts'

/** What stands between figures, and the figure that follows it. */
interface Step {
  readonly text: Uint8Array
  /** Null: the figure is the time of the values to come. */
  readonly point: string | null
  /** A sample begins with this value, and has no time. */
  readonly isTimeless: boolean
}

/** Where a figure stood in a message that was read, letter by letter. */
export interface Figure {
  readonly start: number
  readonly end: number
  readonly point: string | null
  readonly isTimeless: boolean
}

/** Longer messages are no form: bounds what is kept of what devices send. */
const FIGURES_MAX = 128
const BYTES_MAX = 8_192
const FORMS_MAX = 8
/** Of messages that have no known form at most one in so many is learnt: what is never the same is not worth a copy. */
const LEARNT_ONE_IN = 8

/**
 * The form of a message: its bytes without its figures. A device sends the same text again and again, in
 * which only figures differ, and who has read the text once knows what stands where. Whatever has the same
 * bytes between its figures has the same keys, as often, in the same order; so it needs no other check.
 */
class MessageForm {
  static #made = 0
  readonly #number: number
  readonly #steps: readonly Step[]
  readonly #rest: Uint8Array

  constructor(bytes: Uint8Array, figures: readonly Figure[]) {
    MessageForm.#made += 1
    this.#number = MessageForm.#made
    let end = 0
    this.#steps = figures.map(({ start, end: next, point, isTimeless }) => {
      const text = Uint8Array.from(bytes.subarray(end, start))
      end = next
      return { text, point, isTimeless }
    })
    this.#rest = Uint8Array.from(bytes.subarray(end))
  }

  /** False: the message is of another form; `into` is as it may be then. */
  read(bytes: Uint8Array, into: DecodedValues): boolean {
    const steps = this.#steps
    let at = 0
    let sourceAtMs = Number.NaN
    for (let n = 0; n < steps.length; n += 1) {
      const { text, point, isTimeless } = steps[n] as Step
      const figureAt = at + text.length
      if (!isAt(bytes, at, figureAt, text)) return false
      at = figureEnd(bytes, figureAt)
      if (at === -1) return false
      const figure = FIGURE[0] as number
      const isBoolean = isWord(bytes[figureAt])
      if (point === null) {
        if (isBoolean || !Number.isInteger(figure)) return false
        // As `parseSourceTime`: there is no negative zero in time.
        sourceAtMs = figure + 0
      } else {
        if (isTimeless) sourceAtMs = Number.NaN
        into.addStamped(point, { figure, isBoolean, sourceAtMs })
      }
    }
    if (!isAt(bytes, at, bytes.length, this.#rest)) return false
    into.form = this.#number
    return true
  }
}

/** The forms in which messages come at present, the latest first. */
export class MessageForms {
  readonly #forms: MessageForm[] = []
  /** Since the last that was learnt. */
  #unknown = 0

  read(bytes: Uint8Array, into: DecodedValues): boolean {
    const forms = this.#forms
    for (let n = 0; n < forms.length; n += 1) {
      const form = forms[n] as MessageForm
      if (form.read(bytes, into)) {
        if (n > 0) this.#putFirst(form, n)
        return true
      }
      into.clear()
    }
    return false
  }

  /**
   * Whether the figures of a message that has no form are wanted by `learn`: until one was learnt, for the
   * one whose turn it was may come every time where another that has none stands.
   */
  isCurious(bytes: Uint8Array): boolean {
    this.#unknown += 1
    return this.#unknown >= LEARNT_ONE_IN && bytes.length <= BYTES_MAX
  }

  learn(bytes: Uint8Array, figures: readonly Figure[]): void {
    if (figures.length > FIGURES_MAX) return
    this.#unknown = 0
    this.#putFirst(new MessageForm(bytes, figures), FORMS_MAX - 1)
  }

  /** In the place of the one at `place`, if there is one; those before it move up. */
  #putFirst(form: MessageForm, place: number): void {
    this.#forms.splice(place, 1)
    this.#forms.unshift(form)
  }
}
