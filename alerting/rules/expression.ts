import { type ASTNode, Environment, EvaluationError, serialize } from '@marcbachmann/cel-js'
import { RULE_LIMITS } from '#config/limits.ts'
import { areComparable, convertUnit } from './units.ts'

/** What a name in an expression stands for. */
export type OperandType = 'double' | 'bool'

/** What is wrong with an expression. `position` counts characters from 0. */
export interface ExpressionProblem {
  readonly code: string
  readonly position: number
  /** As CEL puts it, in English. */
  readonly reason: string
}

export type ExpressionAnswer =
  | { readonly ok: true; readonly value: number | boolean }
  | {
      readonly ok: false
      readonly reason: 'division_by_zero' | 'expression_failed'
      readonly detail: string
    }

export interface CompiledExpression {
  readonly type: OperandType
  /** Names that occur in it. */
  readonly names: ReadonlySet<string>
  /** Whether it divides by something that is not written out. */
  readonly divides: boolean
  evaluate(values: Readonly<Record<string, number | boolean>>): ExpressionAnswer
}

export type Compilation =
  | { readonly ok: true; readonly compiled: CompiledExpression }
  | { readonly ok: false; readonly problem: ExpressionProblem }

const DIVISION_BY_ZERO = 'division by zero'
const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])
/** Text can make an expression slow (regular expressions) and has no use on readings. */
const FORBIDDEN: ReadonlySet<string> = new Set(['matches', 'timestamp', 'duration', 'bytes', 'dyn'])

/** The helpers of an expression; `quotient` is what a division becomes. */
const FUNCTIONS: Readonly<
  Record<string, { readonly figures: number; readonly apply: (...figures: number[]) => number }>
> = {
  abs: { figures: 1, apply: Math.abs },
  sqrt: { figures: 1, apply: Math.sqrt },
  log10: { figures: 1, apply: Math.log10 },
  pow: { figures: 2, apply: Math.pow },
  min: { figures: 2, apply: Math.min },
  max: { figures: 2, apply: Math.max },
  clamp: {
    figures: 3,
    apply: (value = 0, low = 0, high = 0) => Math.min(Math.max(value, low), high),
  },
  quotient: { figures: 2, apply: (dividend = 0, divisor = 0) => quotient(dividend, divisor) },
}

/**
 * Compiles a CEL expression over typed names. Mixed arithmetic of whole numbers and doubles is
 * allowed, division by zero is an error and never infinity. Helper functions: abs, min, max, sqrt,
 * pow, log10, clamp, convert(value, 'from', 'to').
 */
export function compileExpression(
  text: string,
  types: Readonly<Record<string, OperandType>>,
): Compilation {
  const environment = environmentOf(types)
  try {
    const parsed = environment.parse(text)
    const refused = refusedNode(parsed.ast, false)
    if (refused !== null) return { ok: false, problem: refused }
    const checked = environment.check(text)
    if (checked.error !== undefined) return { ok: false, problem: problemOf(checked.error) }
    const type = checked.type === 'int' ? 'double' : checked.type
    if (type !== 'double' && type !== 'bool') {
      const reason = `the answer must be a bool or a number, not ${type}`
      return { ok: false, problem: { code: 'answer_type', position: 0, reason } }
    }
    const names = new Set<string>()
    const divides = dividesByName(parsed.ast)
    guardDivisions(parsed.ast, names)
    const guarded = environment.parse(serialize(parsed.ast))
    const known = new Set([...names].filter((name) => Object.hasOwn(types, name)))
    return {
      ok: true,
      compiled: {
        type,
        names: known,
        divides,
        evaluate: (values) => answerOf(() => guarded(values)),
      },
    }
  } catch (error) {
    return { ok: false, problem: problemOf(error) }
  }
}

function answerOf(evaluate: () => unknown): ExpressionAnswer {
  try {
    const answer = evaluate()
    if (typeof answer === 'boolean') return { ok: true, value: answer }
    const value = Number(answer)
    if (Number.isFinite(value)) return { ok: true, value }
    return { ok: false, reason: 'expression_failed', detail: 'the answer is not a finite number' }
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    const isDivision = detail.includes(DIVISION_BY_ZERO)
    return { ok: false, reason: isDivision ? 'division_by_zero' : 'expression_failed', detail }
  }
}

function environmentOf(types: Readonly<Record<string, OperandType>>): Environment {
  const environment = new Environment({
    limits: {
      maxAstNodes: RULE_LIMITS.expressionNodesMax,
      maxDepth: RULE_LIMITS.expressionDepthMax,
      maxListElements: RULE_LIMITS.expressionOperandsMax,
      maxMapEntries: 1,
      maxCallArguments: 8,
    },
  })
  for (const [name, type] of Object.entries(types)) environment.registerVariable(name, type)
  registerMixedArithmetic(environment)
  for (const [name, { figures, apply }] of Object.entries(FUNCTIONS)) {
    for (const types of numberTypes(figures)) {
      environment.registerFunction(`${name}(${types.join(', ')}): double`, (...given: unknown[]) =>
        apply(...given.map(Number)),
      )
    }
  }
  environment.registerFunction(
    'convert(double, string, string): double',
    (value: number, from: string, to: string) => convertUnit(value, from, to),
  )
  return environment
}

/** CEL keeps whole numbers and doubles apart; nobody who writes `value * 2` means that. */
function registerMixedArithmetic(environment: Environment): void {
  const operators: Readonly<Record<string, (one: number, other: number) => number>> = {
    '+': (one, other) => one + other,
    '-': (one, other) => one - other,
    '*': (one, other) => one * other,
    '/': quotient,
  }
  for (const [operator, apply] of Object.entries(operators)) {
    const mixed = (one: unknown, other: unknown) => apply(Number(one), Number(other))
    environment.registerOperator(`double ${operator} int: double`, mixed)
    // Without its type, the answer would count as whole, like the left side, and compare as such.
    environment.registerOperator(`int ${operator} double: double`, mixed)
  }
  environment.registerOperator(
    'double == int',
    (one: number, other: bigint) => one === Number(other),
  )
}

/** Every way to hand over that many numbers, whole or not. */
function numberTypes(count: number): readonly (readonly string[])[] {
  if (count === 0) return [[]]
  return numberTypes(count - 1).flatMap((types) => [
    [...types, 'double'],
    [...types, 'int'],
  ])
}

function quotient(dividend: number, divisor: number): number {
  if (divisor === 0) throw new EvaluationError(DIVISION_BY_ZERO)
  return dividend / divisor
}

/** Children of a node that are nodes. */
function childrenOf(node: ASTNode): readonly ASTNode[] {
  const found: ASTNode[] = []
  const collect = (part: unknown): void => {
    if (Array.isArray(part)) for (const one of part) collect(one)
    else if (typeof part === 'object' && part !== null && 'op' in part) found.push(part as ASTNode)
  }
  collect(node.args)
  return found
}

/** The units of a `convert` must be written out, so that they can be checked before it runs. */
function unconvertible(node: ASTNode): string | null {
  const units = childrenOf(node).slice(1)
  const [from, to] = units.map(({ op, args }) => (op === 'value' ? args : null))
  if (typeof from !== 'string' || typeof to !== 'string') return 'units are written as text'
  return areComparable(from, to) ? null : `${from} cannot be converted into ${to}`
}

/** The first thing that may take long: text functions, and loops inside loops. */
function refusedNode(node: ASTNode, isInLoop: boolean): ExpressionProblem | null {
  const name = node.op === 'call' || node.op === 'rcall' ? node.args[0] : null
  const isLoop = name !== null && LOOPS.has(name)
  if (name !== null && FORBIDDEN.has(name)) {
    return {
      code: 'function_refused',
      position: node.start,
      reason: `${name}() is not for readings`,
    }
  }
  if (isLoop && isInLoop) {
    return { code: 'loop_refused', position: node.start, reason: `${name}() inside another loop` }
  }
  const units = name === 'convert' ? unconvertible(node) : null
  if (units !== null) {
    return { code: 'units_not_comparable', position: node.start, reason: units }
  }
  for (const child of childrenOf(node)) {
    const refused = refusedNode(child, isInLoop || isLoop)
    if (refused !== null) return refused
  }
  return null
}

function dividesByName(node: ASTNode): boolean {
  if (node.op === '/' && node.args[1].op !== 'value') return true
  return childrenOf(node).some(dividesByName)
}

/**
 * Makes every division one by `quotient`, which refuses 0: CEL's division of doubles gives infinity,
 * which then passes comparisons in silence. Numbers keep the text they were written with.
 */
function guardDivisions(node: ASTNode, names: Set<string>): void {
  for (const child of childrenOf(node)) guardDivisions(child, names)
  const changed = node as { op: string; args: unknown }
  if (node.op === 'id') names.add(node.args)
  if (node.op === 'value' && typeof node.args === 'number') {
    changed.args = node.input.slice(node.range.start, node.range.end)
    changed.op = 'id'
  } else if (node.op === '/') {
    changed.args = ['quotient', [...node.args]]
    changed.op = 'call'
  }
}

function problemOf(error: unknown): ExpressionProblem {
  const { code, summary, range, message } = error as {
    readonly code?: string
    readonly summary?: string
    readonly range?: { readonly start: number }
    readonly message?: string
  }
  return {
    code: code ?? 'expression_invalid',
    position: range?.start ?? 0,
    reason: summary ?? message ?? 'not an expression',
  }
}
