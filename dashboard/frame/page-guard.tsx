import { Button, Result } from 'antd'
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** A page that fails must not take the alarm strip with it. */
export class PageGuard extends Component<
  { readonly children: ReactNode },
  { readonly hasFailed: boolean }
> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render() {
    return this.state.hasFailed ? <PageFailed /> : this.props.children
  }
}

function PageFailed() {
  const { t } = useTranslation()
  return (
    <Result
      status="warning"
      title={t('page.failed')}
      extra={<Button onClick={() => window.location.reload()}>{t('page.reload')}</Button>}
    />
  )
}
