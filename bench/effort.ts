import { parseArgs } from 'node:util'

/** How long a measurement goes on: `--rounds N`, `--seconds N` a round, `--quick` for a look. */
export interface Effort {
  readonly rounds: number
  readonly seconds: number
  readonly isQuick: boolean
}

export function effortOf(usual: { readonly rounds: number; readonly seconds: number }): Effort {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  })
  const { quick: isQuick } = values
  return {
    rounds: Number(values.rounds ?? (isQuick ? 1 : usual.rounds)),
    seconds: Number(values.seconds ?? (isQuick ? Math.min(1, usual.seconds) : usual.seconds)),
    isQuick,
  }
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}
