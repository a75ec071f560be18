import type { ProblemKind } from './problem-kind.ts'

/** What a code about watching hazard sources and the duties for them means on the wire. */
export const watchingProblems = {
  binding_invalid: {
    status: 422,
    title: 'This cannot be bound to the hazard source.',
    remedy: 'Correct the field that is named.',
  },
  device_bound: {
    status: 409,
    title: 'The device watches a hazard source.',
    remedy: 'Unbind it from its source first, and see what then is not measured any more.',
  },
  point_bound: {
    status: 409,
    title: 'The point is bound already.',
    remedy: 'A point stands for one thing only: unbind it there first.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>
