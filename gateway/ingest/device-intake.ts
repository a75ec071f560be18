import { type Series, SeriesHandle } from '#alerting/reading-columns.ts'
import type { DecodedValues, Decoder } from '../decoders/decoder.ts'
import type { PointDefinition } from '../registry/types.ts'
import type { PointHistory } from './point-history.ts'

/** A point of one device, with all that its next reading is held against. */
export class PointIntake extends SeriesHandle {
  readonly definition: PointDefinition
  readonly history: PointHistory
  /** As it stood in the last message: the same text, not merely an equal one, in the next. */
  saidName = ''

  constructor(series: Series, definition: PointDefinition, history: PointHistory) {
    super(series)
    this.definition = definition
    this.history = history
  }
}

/**
 * What ingest keeps of a device from message to message, found by one look-up. A device says the same
 * points in the same order again and again: each is expected where it stood the last time.
 */
export class DeviceIntake {
  /** What its last topic means; null before the first. */
  topicName: string | null = null
  decoder: Decoder | null = null
  /** Of the profile; another map means that it was changed. */
  readonly points: ReadonlyMap<string, PointDefinition>
  readonly #make: (definition: PointDefinition) => PointIntake
  readonly #intakes = new Map<string, PointIntake>()
  readonly #expected: PointIntake[] = []
  /** Of the last message; 0: it had none. */
  #form = 0
  #ofForm: readonly (PointIntake | null)[] = []

  constructor(
    points: ReadonlyMap<string, PointDefinition>,
    make: (definition: PointDefinition) => PointIntake,
  ) {
    this.points = points
    this.#make = make
  }

  /** The points of a message one after the other: worked out once for all of its form. */
  pointsOf({ form, points, length }: DecodedValues): readonly (PointIntake | null)[] {
    if (form !== 0 && form === this.#form) return this.#ofForm
    const found = Array.from({ length }, (_, at) => this.pointAt(at, points[at] as string))
    ;[this.#form, this.#ofForm] = [form, found]
    return found
  }

  /** The point of that name, which stands at `position` in the message; null: the profile has none. */
  pointAt(position: number, name: string): PointIntake | null {
    const expected = this.#expected[position]
    if (expected !== undefined && expected.saidName === name) return expected
    const found = this.#find(name)
    if (found === null) return null
    found.saidName = name
    this.#expected[position] = found
    return found
  }

  #find(name: string): PointIntake | null {
    const known = this.#intakes.get(name)
    if (known !== undefined) return known
    const definition = this.points.get(name)
    if (definition === undefined) return null
    const made = this.#make(definition)
    this.#intakes.set(name, made)
    return made
  }
}
