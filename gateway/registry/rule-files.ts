import { LineCounter, parseDocument, stringify } from 'yaml'
import { CodedError } from '#alerting/errors.ts'
import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { differencesOf, type RuleDifference } from '#alerting/rules/rule-difference.ts'
import { type Loosening, looseningsOf } from '#alerting/rules/rule-loosening.ts'
import { RULE_LIFE_LIMITS } from '#config/limits.ts'
import { hasErrors, type RuleChecks, type RuleFinding } from './rule-checks.ts'
import type { RuleRights } from './rule-rights.ts'
import type { RuleBook } from './rules.ts'
import type { Principal } from './types.ts'

/** One rule of a file. */
export interface FileEntry {
  /** Counts from 1; where the rule begins. */
  readonly line: number
  readonly definition: unknown
}

export interface PlannedImport {
  readonly line: number
  /** Empty: the entry does not even have one. */
  readonly ruleId: string
  readonly action: 'new' | 'changed' | 'same' | 'refused'
  readonly findings: readonly RuleFinding[]
  readonly differences: readonly RuleDifference[]
  readonly loosenings: readonly Loosening[]
  readonly needsSecondPerson: boolean
  /** The whole rule as it would be; null: refused. */
  readonly rule: AlarmRuleDraft | null
}

/** Rules as a file like those of `config/rule-packs`. */
export function rulesFile(rules: readonly AlarmRuleDraft[]): string {
  const plain = rules.map(({ version: _, ...rule }: AlarmRuleDraft & { version?: number }) => rule)
  return stringify({ rules: plain }, { lineWidth: 100, aliasDuplicateObjects: false })
}

/** The rules of a file with the lines they begin on. Throws `rules_file_invalid` with the line. */
export function parseRulesFile(text: string): readonly FileEntry[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    throw new CodedError('rules_file_invalid', `Line ${line}, column ${col}: ${error.message}`)
  }
  const list = document.get('rules', true)
  const items = (list as { readonly items?: readonly unknown[] } | undefined)?.items
  if (!Array.isArray(items)) {
    throw new CodedError('rules_file_invalid', 'There is no list `rules:` in it.')
  }
  if (items.length > RULE_LIFE_LIMITS.importRulesMax) {
    throw new CodedError(
      'rules_file_invalid',
      `It has ${items.length} rules; ${RULE_LIFE_LIMITS.importRulesMax} at most go into one file.`,
    )
  }
  const values: unknown = plainValues(document)
  const rules = (values as { readonly rules: readonly unknown[] }).rules
  return items.map((item: { readonly range?: readonly number[] } | null, index) => ({
    line: lines.linePos(item?.range?.[0] ?? 0).line,
    definition: rules[index],
  }))
}

/** Aliases may not blow a small file up. */
function plainValues(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw new CodedError('rules_file_invalid', (error as Error).message, { cause: error })
  }
}

/** What an import would do, rule by rule; nothing is changed by it. */
export function planImport(
  entries: readonly FileEntry[],
  present: {
    readonly rules: RuleBook
    readonly rights: RuleRights
    readonly checks: RuleChecks
    readonly principal: Principal
  },
): readonly PlannedImport[] {
  const seen = new Map<string, number>()
  return entries.map((entry) => {
    const planned = planOne(entry, present)
    const earlier = seen.get(planned.ruleId)
    if (planned.ruleId !== '' && earlier === undefined) seen.set(planned.ruleId, entry.line)
    if (earlier === undefined) return planned
    return refused(planned, {
      code: 'already_exists',
      zh: `第 ${earlier} 行已有同样编号的规则。`,
      en: `Line ${earlier} has a rule with the same id.`,
    })
  })
}

function planOne(
  { line, definition }: FileEntry,
  present: Parameters<typeof planImport>[1],
): PlannedImport {
  const { rules, rights, checks, principal } = present
  const id = (definition as { readonly id?: unknown } | null | undefined)?.id
  const { rule: given, findings } = checks.check(definition)
  const row = rules.rule(typeof id === 'string' ? id : '')
  const before = row?.rule ?? null
  const rule = given === null ? null : rights.withHidden(principal, before, given)
  const differences =
    before === null || rule === null ? [] : differencesOf(unversioned(before), rule)
  const loosenings = before === null || rule === null ? [] : looseningsOf(before, rule)
  const planned: PlannedImport = {
    line,
    ruleId: typeof id === 'string' ? id : '',
    action: actionOf(rule, before, differences.length),
    findings,
    differences,
    loosenings,
    needsSecondPerson: (row?.safety ?? false) && loosenings.length > 0,
    rule,
  }
  if (rule === null || hasErrors(findings)) return { ...planned, action: 'refused', rule: null }
  const change = { before, after: rule, builtIn: row?.builtIn ?? false }
  if (planned.action === 'same' || rights.mayChange(principal, change)) return planned
  return refused(planned, {
    code: 'forbidden',
    zh: '这条规则超出您的账号可以修改的范围。',
    en: 'The rule reaches beyond what your account may change.',
  })
}

function actionOf(
  rule: AlarmRuleDraft | null,
  before: AlarmRuleDraft | null,
  differences: number,
): PlannedImport['action'] {
  if (rule === null) return 'refused'
  if (before === null) return 'new'
  return differences === 0 ? 'same' : 'changed'
}

function refused(
  planned: PlannedImport,
  why: { readonly code: string; readonly zh: string; readonly en: string },
): PlannedImport {
  const { code, ...message } = why
  const finding = { severity: 'error', code, path: '', message } as const
  return { ...planned, action: 'refused', rule: null, findings: [...planned.findings, finding] }
}

function unversioned(rule: AlarmRuleDraft & { readonly version?: number }): AlarmRuleDraft {
  const { version: _, ...draft } = rule
  return draft
}
