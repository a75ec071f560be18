import type { Influence, Influences } from '../devices/influence.ts'
import { influenceOf, type Scenario, type ScenarioStep } from './scenario.ts'

/** A device that can play a role. */
export interface Actor {
  readonly deviceId: string
  readonly profileId: string
  readonly siteId: string
}

export type Cast = ReadonlyMap<string, Actor>

/**
 * Gives every role to another device, all of one site; null when the site has not enough of a
 * profile. Without `siteId` the first site that can play the story is taken.
 */
export function castScenario(
  scenario: Scenario,
  actors: readonly Actor[],
  siteId?: string,
): Cast | null {
  const siteIds =
    siteId === undefined ? [...new Set(actors.map((actor) => actor.siteId))] : [siteId]
  for (const candidate of siteIds) {
    const free = actors.filter((actor) => actor.siteId === candidate)
    const cast = new Map<string, Actor>()
    for (const [role, profileId] of Object.entries(scenario.roles)) {
      const index = free.findIndex((actor) => actor.profileId === profileId)
      const [actor] = index < 0 ? [] : free.splice(index, 1)
      if (actor !== undefined) cast.set(role, actor)
    }
    if (cast.size === Object.keys(scenario.roles).length) return cast
  }
  return null
}

/** Sites that can play the story. */
export function stagesFor(scenario: Scenario, actors: readonly Actor[]): readonly string[] {
  const siteIds = [...new Set(actors.map((actor) => actor.siteId))]
  return siteIds.filter((siteId) => castScenario(scenario, actors, siteId) !== null)
}

export interface PlayedStep {
  readonly step: ScenarioStep
  readonly actor: Actor
}

/**
 * One telling of a scenario. Has no clock: whoever drives it calls `advance` with the time, and every
 * step that has become due is applied as of its own instant, so a late call changes nothing.
 */
export class ScenarioRun {
  readonly scenario: Scenario
  readonly #cast: Cast
  readonly #startedAtMs: number
  readonly #influencesOf: (deviceId: string) => Influences
  #nextStep = 0

  constructor(options: {
    readonly scenario: Scenario
    readonly cast: Cast
    readonly startedAtMs: number
    readonly influencesOf: (deviceId: string) => Influences
  }) {
    this.scenario = options.scenario
    this.#cast = options.cast
    this.#startedAtMs = options.startedAtMs
    this.#influencesOf = options.influencesOf
  }

  get isOver(): boolean {
    return this.#nextStep >= this.scenario.steps.length
  }

  /** Applies what is due and tells what was. */
  advance(nowMs: number): readonly PlayedStep[] {
    const played: PlayedStep[] = []
    for (;;) {
      const step = this.scenario.steps[this.#nextStep]
      if (step === undefined || this.#startedAtMs + step.at > nowMs) return played
      this.#nextStep += 1
      const actor = this.#cast.get(step.device)
      if (actor === undefined) throw new Error(`nobody plays "${step.device}"`)
      this.#apply(influenceOf(step), actor, this.#startedAtMs + step.at)
      played.push({ step, actor })
    }
  }

  #apply(influence: Influence | 'recover', actor: Actor, atMs: number): void {
    const influences = this.#influencesOf(actor.deviceId)
    if (influence === 'recover') influences.clear()
    else influences.add(influence, atMs)
  }
}
