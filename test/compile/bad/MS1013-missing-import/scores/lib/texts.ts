export const greetings = "Dear";
export const signature = "Yours";
