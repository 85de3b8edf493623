export const RoomMessageCard = { render: () => null };
