import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmDto } from '../../gateway/contract.ts'
import { isOfGateway } from '../alarms/alarm-state.ts'
import { languageOf } from '../i18n/i18n.ts'
import { formatAge, formatInstant, formatLength, formatNumber, formatValue } from './format.ts'

interface Localized {
  readonly zh: string
  readonly en: string
}

export type Words = ReturnType<typeof useWords>

/** Values, times and places in the present language. */
export function useWords() {
  const { t, i18n } = useTranslation()
  const language = languageOf(i18n.language)
  return useMemo(() => {
    const units = {
      second: t('unit.second'),
      minute: t('unit.minute'),
      hour: t('unit.hour'),
      day: t('unit.day'),
    }
    const gateway = t('list.gateway')
    const words = { yes: t('common.yes'), no: t('common.no') }
    return {
      language,
      age: (durationMs: number) => formatAge(durationMs, units),
      /** `5 min`, of a width. */
      length: (durationMs: number) => formatLength(durationMs, units),
      instant: (iso: string, nowMs: number) => formatInstant(Date.parse(iso), nowMs),
      value: (value: number | boolean | null, unit: string | null) =>
        formatValue(value, { unit, language, words }),
      number: (value: number) => formatNumber(value, language),
      localized: (text: Localized) => text[language],
      place: (alarm: Placed) => (isOfGateway(alarm) ? gateway : placeOf(alarm).join(' / ')),
      /** Enterprise and site, then town and device: two lines of a row. */
      placeLines: (alarm: Placed): readonly [string, string] => {
        if (isOfGateway(alarm)) return [gateway, '']
        const town = alarm.territory.at(-1)
        const where = [alarm.organizationName, alarm.siteName].join(' / ')
        return [where, [town, alarm.deviceName].filter(Boolean).join(' · ')]
      },
    }
  }, [t, language])
}

export type Placed = Pick<
  AlarmDto,
  'territory' | 'organizationName' | 'siteName' | 'deviceName' | 'deviceId'
>

/** From the town inwards: who watches the district knows the district. */
function placeOf(alarm: Placed): readonly string[] {
  const town = alarm.territory.at(-1)
  return [
    ...(town === undefined ? [] : [town]),
    alarm.organizationName,
    alarm.siteName,
    alarm.deviceName,
  ]
}
