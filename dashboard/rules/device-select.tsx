import { Select } from 'antd'
import { useTranslation } from 'react-i18next'

/** One of the devices that a rule judges. */
export function DeviceSelect({
  devices,
  deviceId,
  onChange,
}: {
  readonly devices: readonly { readonly id: string; readonly name: string }[]
  readonly deviceId: string | null
  readonly onChange: (deviceId: string) => void
}) {
  const { t } = useTranslation()
  return (
    <Select
      className="device-select"
      value={deviceId ?? ''}
      placeholder={t('rule.chooseDevice')}
      aria-label={t('rule.chooseDevice')}
      options={devices.map(({ id, name }) => ({
        value: id,
        label: name === id ? id : `${name} (${id})`,
      }))}
      showSearch={{ optionFilterProp: 'label' }}
      onChange={onChange}
    />
  )
}
