import type { Output } from './command.ts'

const WIDTH = 30
/** Without a terminal a line a while is enough. */
const LINE_EVERY_MS = 10_000
const REDRAW_EVERY_MS = 100

/** One line that is written over on a terminal; elsewhere a line now and then. */
export class ProgressBar {
  readonly #out: Output
  readonly #nowMs: () => number
  #label = ''
  #startedAtMs = 0
  #startedDone = 0
  #drawnAtMs = Number.NEGATIVE_INFINITY
  #isOpen = false

  constructor(out: Output, nowMs: () => number) {
    this.#out = out
    this.#nowMs = nowMs
  }

  /** `label` names the phase; a new one begins a new line. */
  show(label: string, { done, total, unit }: { done: number; total: number; unit: string }): void {
    const nowMs = this.#nowMs()
    if (label !== this.#label) {
      this.end()
      this.#label = label
      this.#startedAtMs = nowMs
      this.#startedDone = done
      this.#drawnAtMs = Number.NEGATIVE_INFINITY
    }
    const isLast = done >= total
    const everyMs = this.#out.isTTY === true ? REDRAW_EVERY_MS : LINE_EVERY_MS
    if (!isLast && nowMs - this.#drawnAtMs < everyMs) return
    this.#drawnAtMs = nowMs
    this.#write(this.#line(nowMs, { done, total, unit }))
  }

  /** What is written next stands on a line of its own. */
  end(): void {
    if (this.#isOpen) this.#out.write('\n')
    this.#isOpen = false
  }

  #line(
    nowMs: number,
    { done, total, unit }: { done: number; total: number; unit: string },
  ): string {
    const share = total === 0 ? 1 : Math.min(1, done / total)
    const filled = Math.round(share * WIDTH)
    const bar = `${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}`
    const seconds = (nowMs - this.#startedAtMs) / 1_000
    const rate = seconds > 0.5 ? (done - this.#startedDone) / seconds : 0
    const left = rate > 0 && done < total ? `, ${Math.ceil((total - done) / rate)} s left` : ''
    const speed = rate > 0 ? `, ${Math.round(rate).toLocaleString('en')}/s` : ''
    const figures = `${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${unit}`
    return `${this.#label} [${bar}] ${Math.floor(share * 100)} % ${figures}${speed}${left}`
  }

  #write(line: string): void {
    if (this.#out.isTTY !== true) {
      this.#out.write(`${line}\n`)
      return
    }
    const width = (this.#out.columns ?? 120) - 1
    this.#out.write(`\r${line.slice(0, width).padEnd(width)}`)
    this.#isOpen = true
  }
}
