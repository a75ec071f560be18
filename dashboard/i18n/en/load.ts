import type { Translated } from '../translated.ts'
import type { load as zh } from '../zh/load.ts'

export const load: Translated<typeof zh> = {
  fold: {
    incident: 'One incident, {{count}} alarms',
    cause: 'Same kind, {{count}} alarms',
    unacknowledged: '{{count}} unacknowledged',
    firstOut: 'First-out',
    firstOutIs: 'First-out: {{title}} · {{device}}',
    open: 'Unfold',
    close: 'Fold',
  },
  flood: {
    title: 'Alarm flood',
    detail:
      '{{recent}} new alarms in {{minutes}} minutes (more than {{startsAbove}} is a flood), since {{since}}. The list is folded by incident and cause; red alarms never fold, and nothing is dropped.',
    meter: '{{recent}} new alarms in {{minutes}} minutes; a flood is more than {{startsAbove}}',
    showAll: 'Show every row',
    foldAgain: 'Fold again',
  },
  load: {
    drillBar: 'Drill: {{count}} drill alarms are open. They are marked and counted apart.',
    onIt: 'On it',
  },
  told: {
    column: 'Told',
    delivered: '{{count}} delivered',
    pending: '{{count}} on their way',
    dead: '{{count}} not delivered',
    nobody: 'Nobody had to be told',
  },
}
