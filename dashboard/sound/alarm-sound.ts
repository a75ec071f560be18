import type { AlarmDto } from '../../gateway/contract.ts'
import type { Grade } from '../alarms/grade.ts'
import { createStore, type Store } from '../store/store.ts'
import {
  endSilence,
  INITIAL_SOUND_MEMORY,
  planSound,
  type SoundMemory,
  silence,
} from './sound-plan.ts'

export interface SoundState {
  /** The browser plays nothing until the person has touched the page once. */
  readonly isBlocked: boolean
  readonly silencedUntilMs: number
  /** Something repeats now and can be silenced. */
  readonly isSounding: boolean
}

interface Beep {
  readonly frequencyHz: number
  readonly startMs: number
  readonly durationMs: number
}

/** Told apart by rhythm and pitch, not by loudness: three quick high, two middle, one low. */
const TONES: Readonly<Record<Grade, readonly Beep[]>> = {
  1: [
    { frequencyHz: 988, startMs: 0, durationMs: 160 },
    { frequencyHz: 988, startMs: 230, durationMs: 160 },
    { frequencyHz: 1319, startMs: 460, durationMs: 320 },
  ],
  2: [
    { frequencyHz: 784, startMs: 0, durationMs: 220 },
    { frequencyHz: 659, startMs: 320, durationMs: 280 },
  ],
  3: [{ frequencyHz: 523, startMs: 0, durationMs: 300 }],
  4: [{ frequencyHz: 392, startMs: 0, durationMs: 240 }],
}

/** Grade 1 comes back quickly, grade 2 leaves room for a telephone call. */
const REPEAT_INTERVAL_MS: Readonly<Record<1 | 2, number>> = { 1: 2_500, 2: 6_000 }
const BEAT_INTERVAL_MS = 300
const VOLUME = 0.35

/** Plays what `planSound` decides. Sounds are made by the browser itself, so there is no file that can be missing. */
export class AlarmSound {
  readonly store: Store<SoundState, Partial<SoundState>> = createStore<
    SoundState,
    Partial<SoundState>
  >({ isBlocked: false, silencedUntilMs: 0, isSounding: false }, (state, change) => {
    const next = { ...state, ...change }
    const isSame =
      next.isBlocked === state.isBlocked &&
      next.silencedUntilMs === state.silencedUntilMs &&
      next.isSounding === state.isSounding
    return isSame ? state : next
  })
  readonly #nowMs: () => number
  #context: AudioContext | null = null
  #memory: SoundMemory = INITIAL_SOUND_MEMORY
  #alarms: ReadonlyMap<string, AlarmDto> = new Map()
  #beatAtMs = 0
  #nextRepeatAtMs = 0
  #timer: ReturnType<typeof setInterval> | null = null

  constructor(options: { readonly nowMs: () => number }) {
    this.#nowMs = options.nowMs
  }

  start(): void {
    if (this.#timer !== null) return
    this.#context = new AudioContext()
    this.#noteBlocked()
    this.#context.addEventListener('statechange', () => this.#noteBlocked())
    this.#timer = setInterval(() => this.#beat(), BEAT_INTERVAL_MS)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    void this.#context?.close()
    this.#context = null
    this.#alarms = new Map()
    this.#memory = INITIAL_SOUND_MEMORY
  }

  /** The alarms as they are now; in a storm this comes many times a second, and is looked at in beats. */
  hear(alarms: ReadonlyMap<string, AlarmDto>): void {
    this.#alarms = alarms
    if (this.#nowMs() - this.#beatAtMs >= BEAT_INTERVAL_MS) this.#beat()
  }

  /** Must be called from a click or a key: only then browsers allow sound. */
  async allow(): Promise<void> {
    await this.#context?.resume()
    this.#noteBlocked()
  }

  silence(): void {
    this.#memory = silence(this.#alarms.values(), this.#memory, this.#nowMs())
    this.store.dispatch({ silencedUntilMs: this.#memory.silencedUntilMs, isSounding: false })
  }

  endSilence(): void {
    this.#memory = endSilence(this.#memory)
    this.store.dispatch({ silencedUntilMs: 0 })
    this.#nextRepeatAtMs = 0
    this.#beat()
  }

  async test(): Promise<void> {
    await this.allow()
    this.#play(1)
  }

  #beat(): void {
    const nowMs = this.#nowMs()
    this.#beatAtMs = nowMs
    const plan = planSound(this.#alarms.values(), this.#memory, nowMs)
    this.#memory = plan.memory
    this.store.dispatch({ isSounding: plan.repeats !== null })
    if (plan.now === null) return
    if (plan.repeats !== null && nowMs < this.#nextRepeatAtMs && !plan.hasFresh) return
    if (plan.repeats === 1 || plan.repeats === 2) {
      this.#nextRepeatAtMs = nowMs + REPEAT_INTERVAL_MS[plan.repeats]
    }
    this.#play(plan.now)
  }

  #noteBlocked(): void {
    this.store.dispatch({ isBlocked: this.#context?.state === 'suspended' })
  }

  #play(grade: Grade): void {
    const context = this.#context
    if (context === null || context.state !== 'running') return
    for (const beep of TONES[grade]) playBeep(context, beep)
  }
}

function playBeep(context: AudioContext, beep: Beep): void {
  const oscillator = context.createOscillator()
  const gain = context.createGain()
  const startAt = context.currentTime + beep.startMs / 1_000
  const endAt = startAt + beep.durationMs / 1_000
  oscillator.type = 'triangle'
  oscillator.frequency.value = beep.frequencyHz
  // Short ramps: a square edge clicks.
  gain.gain.setValueAtTime(0, startAt)
  gain.gain.linearRampToValueAtTime(VOLUME, startAt + 0.015)
  gain.gain.setValueAtTime(VOLUME, endAt - 0.04)
  gain.gain.linearRampToValueAtTime(0, endAt)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(startAt)
  oscillator.stop(endAt)
}
