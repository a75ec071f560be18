import { useTranslation } from 'react-i18next'

/** What a calendar is called; one that we do not know by name, by its letters. */
export function useCalendarName(calendar: string): string {
  const { t } = useTranslation()
  return calendar === 'cn' ? t('calendar.name_cn') : calendar
}
