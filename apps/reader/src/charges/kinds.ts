import { createTexts } from '@patron-graph/ui';

export const chargeKinds = createTexts({
  OVERDUE: { en: 'Overdue item', 'zh-Hant': '逾期罰款' },
  LOST_ITEM: { en: 'Lost item', 'zh-Hant': '遺失館藏' },
  DAMAGE: { en: 'Damaged item', 'zh-Hant': '損壞館藏' },
  PRINTING: { en: 'Printing', 'zh-Hant': '列印' },
  ROOM_HIRE: { en: 'Room hire', 'zh-Hant': '租用場地' },
  CARD_REPLACEMENT: { en: 'Card replacement', 'zh-Hant': '補領證件' },
  OTHER: { en: 'Other', 'zh-Hant': '其他' },
});
