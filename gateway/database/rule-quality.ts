import type { FalseAlarmCode } from '#alerting/cases/case-file.ts'
import type { RuleQualityDto } from '../contract.ts'
import { among } from './among.ts'
import type { Database } from './open.ts'

/** Every rule of which a case was closed since then; `organizationIds` null: of all enterprises. */
export async function ruleQualities(
  database: Pick<Database, 'reader'>,
  request: { readonly sinceMs: number; readonly organizationIds: ReadonlySet<string> | null },
): Promise<readonly RuleQualityDto[]> {
  let query = database.reader
    .selectFrom('alarms')
    .select(['rule_id', 'disposition', 'false_alarm_code'])
    .select((build) => build.fn.countAll<number>().as('count'))
    .where('disposition', 'in', ['rectified', 'false-alarm'])
    .where('case_awaits', 'is', null)
    .where('drill', '=', 0)
    .where('raised_at_ms', '>=', request.sinceMs)
    .groupBy(['rule_id', 'disposition', 'false_alarm_code'])
  if (request.organizationIds !== null) {
    query = query.where('organization_id', 'in', among(request.organizationIds))
  }
  const rows = await query.execute()
  return [...Map.groupBy(rows, (row) => row.rule_id)].map(([ruleId, ofRule]) => {
    const isFalse = ofRule.filter(({ disposition }) => disposition === 'false-alarm')
    const sum = (counted: readonly { readonly count: number }[]) =>
      counted.reduce((total, { count }) => total + count, 0)
    const reasons = isFalse
      .flatMap(({ false_alarm_code: code, count }) =>
        code === null ? [] : [{ code: code as FalseAlarmCode, count }],
      )
      .sort((one, other) => other.count - one.count)
    return { ruleId, closed: sum(ofRule), falseAlarms: sum(isFalse), reasons }
  })
}
