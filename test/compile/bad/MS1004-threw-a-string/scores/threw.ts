if (Math.random() < 2) throw "no such luck";

export default undefined;
