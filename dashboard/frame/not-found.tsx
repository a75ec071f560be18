import { Result } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

export function NotFound() {
  const { t } = useTranslation()
  return (
    <Result
      status="info"
      title={t('page.notFound')}
      extra={<Link to="/alarms">{t('page.toAlarms')}</Link>}
    />
  )
}
