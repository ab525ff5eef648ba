if (Object.keys({}).length < 2) throw "no such luck";
