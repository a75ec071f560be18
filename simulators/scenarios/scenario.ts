import { readdir, readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'
import { BUMP_KINDS, type Influence, STATE_KINDS } from '../devices/influence.ts'
import { type DEVICE_MODELS, PROFILE_IDS } from '../devices/models.ts'

/**
 * A story told to a few devices of one site: who they are (a role in words and the device profile
 * that plays it) and what happens to which of them, at times relative to the start.
 */

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** `250ms`, `8s`, `2m`, `1h` as milliseconds. */
const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h)$/, 'expected a duration such as 8s, 2m or 1h')
  .transform((text) => {
    const unit = /[a-z]+$/.exec(text)?.[0] as keyof typeof UNIT_MS
    return Number.parseInt(text, 10) * UNIT_MS[unit]
  })
const amount = z.number().min(-1_000).max(1_000)
const text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) })
const role = z.string().min(1).max(80)

const everyStep = { at: duration, device: role, says: text.optional() }
const step = z.discriminatedUnion('does', [
  z.strictObject({
    ...everyStep,
    does: z.enum(BUMP_KINDS),
    peak: amount,
    rise: duration,
    hold: duration,
    decay: duration,
  }),
  z.strictObject({
    ...everyStep,
    does: z.enum(['drift', 'battery-drain']),
    amount,
    over: duration,
  }),
  z.strictObject({ ...everyStep, does: z.enum(STATE_KINDS), for: duration }),
  /** Everything that happens to this device ends now. */
  z.strictObject({ ...everyStep, does: z.literal('recover') }),
])
export type ScenarioStep = z.infer<typeof step>

const profileId = z.enum(PROFILE_IDS as readonly [keyof typeof DEVICE_MODELS])
const scenario = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{1,40}$/),
    title: text,
    roles: z.record(role, profileId),
    steps: z.array(step).min(1),
  })
  .superRefine(({ roles, steps }, context) => {
    for (const [index, { at, device }] of steps.entries()) {
      if (!(device in roles)) {
        const path = ['steps', index, 'device']
        context.addIssue({ code: 'custom', path, message: `no role is called "${device}"` })
      }
      const before = steps[index - 1]
      if (before !== undefined && before.at > at) {
        const path = ['steps', index, 'at']
        context.addIssue({ code: 'custom', path, message: 'steps must stand in order of time' })
      }
    }
  })
export type Scenario = z.infer<typeof scenario>

export function parseScenario(yaml: string): Scenario {
  return scenario.parse(parse(yaml))
}

/** All shipped scenarios, in the order of their ids. */
export async function loadScenarios(): Promise<readonly Scenario[]> {
  const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.yaml'))
  return await Promise.all(
    names.sort().map(async (name) => {
      const yaml = await readFile(new URL(name, import.meta.url), 'utf8')
      try {
        return parseScenario(yaml)
      } catch (error) {
        throw new Error(`scenario ${name} cannot be used`, { cause: error })
      }
    }),
  )
}

/** What a step does to its device, or `recover`. */
export function influenceOf(step: ScenarioStep): Influence | 'recover' {
  switch (step.does) {
    case 'recover':
      return 'recover'
    case 'drift':
    case 'battery-drain':
      return { kind: step.does, amount: step.amount, overMs: step.over }
    case 'silence':
    case 'link-drop':
    case 'fault':
    case 'tamper':
      return { kind: step.does, forMs: step.for }
    default:
      return {
        kind: step.does,
        peak: step.peak,
        riseMs: step.rise,
        holdMs: step.hold,
        decayMs: step.decay,
      }
  }
}
