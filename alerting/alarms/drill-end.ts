import { closedFile } from '../cases/case-file.ts'
import type { Alarm } from './alarm.ts'
import type { AlarmChanges } from './alarm-changes.ts'
import { isPresent } from './alarm-transition.ts'
import type { AlarmStep, Circumstances } from './alarm-update.ts'

/** A drill is over for everybody at once: condition, alarm and case, in whatever state they were. */
export function drillEndOf(
  alarm: Alarm,
  changes: AlarmChanges,
  circumstances: Circumstances,
): readonly AlarmStep[] {
  const steps: AlarmStep[] = []
  let current = alarm
  const take = (kind: 'returned' | 'close' | 'case-closed') => {
    const result = changes.byEvent(current, { kind }, circumstances)
    if (!result.ok) return
    steps.push(result.step)
    current = result.step.alarm
  }
  if (current.caseFile !== null && current.caseFile.awaits !== null) {
    take('case-closed')
    const last = steps.at(-1)
    if (last?.alarm.caseFile != null) {
      current = { ...last.alarm, caseFile: closedFile(last.alarm.caseFile, circumstances.atMs) }
      steps.splice(-1, 1, { ...last, alarm: current })
    }
  }
  if (isPresent(current.state)) take('returned')
  if (current.state !== 'normal') take('close')
  return steps
}
