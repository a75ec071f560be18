import type { SimulatedFleet } from '../fleet.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import {
  type Actor,
  type Cast,
  castScenario,
  type PlayedStep,
  ScenarioRun,
  stagesFor,
} from '../scenarios/scenario-run.ts'
import type { SeededRandom } from '../seeded-random.ts'

const PAUSE_MS = 60_000

interface Planned {
  readonly scenario: Scenario
  readonly cast: Cast
  readonly atMs: number
}

/**
 * Plays one story after the other: the first at once, the others in turn, each on a
 * stage of its own choice, with a pause between. Driven by the fleet's tick.
 */
export class ScenarioRotation {
  readonly #scenarios: readonly Scenario[]
  readonly #actors: readonly Actor[]
  readonly #random: SeededRandom
  readonly #onStart: (scenario: Scenario) => void
  readonly #onStep: (played: PlayedStep) => void
  #fleet: SimulatedFleet | null = null
  #next: Planned | null = null
  #run: ScenarioRun | null = null

  constructor(options: {
    /** In the order of the rotation; the first is played first. */
    readonly scenarios: readonly Scenario[]
    readonly actors: readonly Actor[]
    readonly random: SeededRandom
    readonly onStart: (scenario: Scenario) => void
    readonly onStep: (played: PlayedStep) => void
  }) {
    this.#scenarios = options.scenarios
    this.#actors = options.actors
    this.#random = options.random
    this.#onStart = options.onStart
    this.#onStep = options.onStep
  }

  /** `preferred`: those whose alarm would be news; the first site that has enough of them is the stage. */
  begin(fleet: SimulatedFleet, preferred: readonly Actor[], atMs: number): void {
    this.#fleet = fleet
    const [scenario] = this.#scenarios
    if (scenario === undefined) throw new Error('no scenario to begin with')
    const cast = castScenario(scenario, preferred) ?? castScenario(scenario, this.#actors)
    if (cast === null) throw new Error(`nobody can play ${scenario.id}`)
    this.#next = { scenario, cast, atMs }
  }

  tick(nowMs: number): void {
    const fleet = this.#fleet
    const next = this.#next
    if (fleet === null || next === null) return
    if (this.#run === null && nowMs >= next.atMs) this.#run = this.#startRun(fleet, next)
    if (this.#run === null) return
    for (const played of this.#run.advance(nowMs)) this.#onStep(played)
    if (!this.#run.isOver) return
    this.#run = null
    this.#next = this.#chooseAfter(next.scenario, nowMs + PAUSE_MS)
  }

  #startRun(fleet: SimulatedFleet, { scenario, cast, atMs }: Planned): ScenarioRun {
    this.#onStart(scenario)
    return new ScenarioRun({
      scenario,
      cast,
      startedAtMs: atMs,
      influencesOf: (deviceId) => fleet.device(deviceId).influences,
    })
  }

  #chooseAfter(previous: Scenario, atMs: number): Planned {
    const index = (this.#scenarios.indexOf(previous) + 1) % this.#scenarios.length
    const scenario = this.#scenarios[index] ?? previous
    const siteId = this.#random.pick(stagesFor(scenario, this.#actors))
    const cast = castScenario(scenario, this.#actors, siteId)
    if (cast === null) throw new Error(`${siteId} cannot play ${scenario.id}`)
    return { scenario, cast, atMs }
  }
}
