"""The same kind of page in many languages: its fields are found, and what stands around the text is left out."""

import pytest

from pipeline.extraction.extract import examine

PAGE = """<!DOCTYPE html><html lang="{lang}"{direction}><head><meta charset=utf-8><title>{title} | {site}</title></head><body><header class="site-header"><a href="/">{site}</a><nav><ul><li><a href="/a/">{nav}</a></li><li><a href="/b/">{nav}2</a></li></ul></nav></header>
<main><article class="post"><header><h1>{title}</h1><p class="post-meta">{meta}</p></header><div class="post-content">{body}</div>
<div class="related"><h3>{rel}</h3><ul><li><a href="/x1/">{title} X1</a></li><li><a href="/x2/">{title} X2</a></li></ul></div>
<div class="newsletter-x"><h3>{sub}</h3><form><input type=email><button>OK</button></form></div>
<section class="author-card"><h4>{about}</h4><p>{author}</p></section></article></main><aside><h3>{latest}</h3><ul><li><a href="/y1">Y1 {title}</a> <time datetime="2025-11-11">11.11.2025</time></li></ul></aside><footer>© {site}</footer></body></html>"""

# By language: title, site, menu, line of data, author, and the headings of what stands around the text; paragraphs.
PAGES: dict[str, tuple[str, str, str, str, str, str, str, str, str, list[str]]] = {
"de":("Wie ich meine Uhr baute","Werkstattblog","Archiv","Von {a} am 3. Mai 2024","Anna Weber","Ähnliche Beiträge","Newsletter abonnieren","Über die Autorin","Neueste Beiträge",["Seit drei Wochen steht eine Uhr auf meinem Schreibtisch, die ich selbst gebaut habe, und sie geht jeden Tag zwei Sekunden vor.","Das Gehäuse ist aus Kirschholz, das Werk aus einem alten Wecker, und die Zeiger habe ich aus Messing gesägt, was länger dauerte als alles andere."]),
"fr":("Comment j’ai réparé mon vélo","Carnet d’atelier","Archives","Par {a}, le 3 mai 2024","Claire Moreau","Articles similaires","Abonnez-vous","À propos de l’auteur","Articles récents",["Le dérailleur grinçait depuis des mois, et j’avais pris l’habitude de ne plus l’entendre, jusqu’au jour où la chaîne a sauté en pleine côte.","J’ai donc démonté la roue arrière, nettoyé chaque dent avec une brosse, puis remonté le tout dans l’ordre inverse, en deux heures environ."]),
"es":("Cómo arreglé mi bicicleta","Cuaderno de taller","Archivo","Por {a} el 3 de mayo de 2024","Lucía Herrera","Artículos relacionados","Suscríbete","Sobre la autora","Entradas recientes",["El cambio hacía ruido desde hacía meses, y yo me había acostumbrado a no oírlo, hasta que un día la cadena saltó en plena cuesta.","Así que desmonté la rueda trasera, limpié cada diente con un cepillo y volví a montarlo todo en orden inverso, en unas dos horas."]),
"it":("Come ho riparato la bicicletta","Quaderno","Archivio","di {a} - 3 maggio 2024","Giulia Rossi","Articoli correlati","Iscriviti","Sull’autrice","Articoli recenti",["Il cambio faceva rumore da mesi, e mi ero abituata a non sentirlo più, fino al giorno in cui la catena è saltata in salita.","Ho smontato la ruota posteriore, ho pulito ogni dente con una spazzola e ho rimontato tutto nell’ordine inverso, in circa due ore."]),
"pt":("Como consertei a bicicleta","Caderno","Arquivo","Por {a} em 3 de maio de 2024","Rita Nogueira","Artigos relacionados","Assine","Sobre a autora","Artigos recentes",["O câmbio fazia barulho havia meses, e eu já me tinha habituado a não o ouvir, até que um dia a corrente saltou na subida.","Desmontei então a roda traseira, limpei cada dente com uma escova e voltei a montar tudo pela ordem inversa, em cerca de duas horas."]),
"nl":("Hoe ik mijn fiets repareerde","Werkplaats","Archief","Door {a} op 3 mei 2024","Sanne de Vries","Gerelateerde artikelen","Abonneren","Over de auteur","Recente berichten",["De derailleur maakte al maanden lawaai, en ik was eraan gewend geraakt het niet meer te horen, tot de ketting er op een helling af sprong.","Dus haalde ik het achterwiel eruit, maakte elke tand schoon met een borstel en zette alles in omgekeerde volgorde weer in elkaar."]),
"sv":("Så lagade jag min cykel","Verkstad","Arkiv","Av {a} den 3 maj 2024","Elin Bergström","Relaterade inlägg","Prenumerera","Om författaren","Senaste inlägg",["Växeln hade låtit illa i månader, och jag hade vant mig vid att inte höra det, tills kedjan hoppade av mitt i en backe.","Så jag tog loss bakhjulet, rengjorde varje kugge med en borste och satte ihop allt i omvänd ordning, vilket tog två timmar."]),
"da":("Sådan reparerede jag min cykel","Værksted","Arkiv","Af {a} den 3. maj 2024","Mette Holm","Relaterede indlæg","Abonner","Om forfatteren","Seneste indlæg",["Gearet havde larmet i flere måneder, og jeg havde vænnet mig til ikke at høre det, indtil kæden hoppede af midt på en bakke.","Så jeg tog baghjulet af, rensede hver tand med en børste og samlede det hele igen i omvendt rækkefølge på cirka to timer."]),
"nb":("Slik reparerte jeg sykkelen","Verksted","Arkiv","Av {a} 3. mai 2024","Kari Nilsen","Relaterte innlegg","Abonner","Om forfatteren","Siste innlegg",["Giret hadde bråkt i flere måneder, og jeg hadde vent meg til ikke å høre det, helt til kjedet hoppet av midt i en bakke.","Så jeg tok av bakhjulet, rengjorde hver tann med en børste og satte alt sammen igjen i motsatt rekkefølge på to timer."]),
"fi":("Näin korjasin polkupyöräni","Verstas","Arkisto","{a}, 3. toukokuuta 2024","Aino Virtanen","Aiheeseen liittyvät","Tilaa","Kirjoittajasta","Uusimmat",["Vaihteisto oli rahissut kuukausia, ja olin tottunut olemaan kuulematta sitä, kunnes ketju hyppäsi pois kesken ylämäen.","Niinpä irrotin takapyörän, puhdistin jokaisen hampaan harjalla ja kokosin kaiken takaisin käänteisessä järjestyksessä kahdessa tunnissa."]),
"pl":("Jak naprawiłam rower","Warsztat","Archiwum","Autor: {a}, 3 maja 2024","Anna Kowalska","Powiązane wpisy","Subskrybuj","O autorce","Ostatnie wpisy",["Przerzutka hałasowała od miesięcy, a ja przyzwyczaiłam się jej nie słyszeć, aż pewnego dnia łańcuch spadł w połowie podjazdu.","Zdjęłam więc tylne koło, wyczyściłam każdy ząb szczotką i złożyłam wszystko w odwrotnej kolejności, co zajęło dwie godziny."]),
"cs":("Jak jsem opravila kolo","Dílna","Archiv","{a}, 3. května 2024","Jana Nováková","Související články","Odebírat","O autorce","Nejnovější články",["Přehazovačka hlučela celé měsíce a já si zvykla ji neslyšet, až jednou řetěz spadl uprostřed kopce a bylo po jízdě.","Sundala jsem tedy zadní kolo, každý zub vyčistila kartáčem a všechno složila zpátky v opačném pořadí, asi za dvě hodiny."]),
"hu":("Hogyan javítottam meg a biciklimet","Műhely","Archívum","Írta: {a}, 2024. május 3.","Kovács Eszter","Kapcsolódó bejegyzések","Feliratkozás","A szerzőről","Legutóbbi bejegyzések",["A váltó hónapok óta zörgött, és már megszoktam, hogy nem hallom, amíg egy nap a lánc le nem ugrott az emelkedő közepén.","Leszereltem tehát a hátsó kereket, minden fogat kefével megtisztítottam, majd fordított sorrendben mindent visszaraktam két óra alatt."]),
"ro":("Cum mi-am reparat bicicleta","Atelier","Arhivă","De {a} pe 3 mai 2024","Ioana Popescu","Articole similare","Abonează-te","Despre autoare","Articole recente",["Schimbătorul scârțâia de luni de zile și mă obișnuisem să nu-l mai aud, până când lanțul a sărit la jumătatea dealului.","Am demontat roata din spate, am curățat fiecare dinte cu o perie și am pus totul la loc în ordine inversă în două ore."]),
"el":("Πώς έφτιαξα το ποδήλατό μου","Εργαστήριο","Αρχείο","Από {a}, 3 Μαΐου 2024","Ελένη Παπαδοπούλου","Σχετικά άρθρα","Εγγραφή","Για τη συγγραφέα","Πρόσφατα άρθρα",["Οι ταχύτητες έκαναν θόρυβο εδώ και μήνες και είχα συνηθίσει να μην τον ακούω, ώσπου μια μέρα η αλυσίδα βγήκε στη μέση της ανηφόρας.","Έβγαλα λοιπόν τον πίσω τροχό, καθάρισα κάθε δόντι με μια βούρτσα και τα έβαλα όλα πίσω με την αντίστροφη σειρά σε δύο ώρες."]),
"ru":("Как я починила велосипед","Мастерская","Архив","Автор: {a}, 3 мая 2024 г.","Мария Соколова","Похожие статьи","Подписаться","Об авторе","Последние записи",["Переключатель скрипел уже несколько месяцев, и я привыкла его не слышать, пока однажды цепь не слетела посреди подъёма.","Тогда я сняла заднее колесо, вычистила каждый зубец щёткой и собрала всё в обратном порядке, на что ушло около двух часов."]),
"uk":("Як я полагодила велосипед","Майстерня","Архів","Автор: {a}, 3 травня 2024","Олена Шевченко","Схожі статті","Підписатися","Про авторку","Останні записи",["Перемикач скрипів уже кілька місяців, і я звикла його не чути, доки одного дня ланцюг не злетів посеред підйому.","Тоді я зняла заднє колесо, вичистила кожен зубець щіткою і склала все у зворотному порядку, на що пішло дві години."]),
"tr":("Bisikletimi nasıl onardım","Atölye","Arşiv","{a} · 3 Mayıs 2024","Elif Yılmaz","İlgili yazılar","Abone ol","Yazar hakkında","Son yazılar",["Vites aylardır ses çıkarıyordu ve ben onu duymamaya alışmıştım, ta ki bir gün zincir yokuşun ortasında atana kadar.","Bunun üzerine arka tekerleği söktüm, her dişi fırçayla temizledim ve her şeyi ters sırayla yerine taktım, iki saat sürdü."]),
"ja":("自転車を直した話","工房の日記","アーカイブ","2024年5月3日 著者：{a}","佐藤花子","関連記事","購読する","著者について","最新記事",["変速機が何か月も音を立てていて、私はそれを聞かないことに慣れてしまっていたが、ある日、坂の途中でチェーンが外れた。","そこで後輪を外し、歯を一つずつブラシで掃除して、逆の順番で組み立て直した。二時間ほどかかったが、音はもうしない。"]),
"zh":("我怎样修好了自行车","工坊笔记","归档","作者：{a} 2024年5月3日","王小明","相关文章","订阅","关于作者","最新文章",["变速器响了好几个月，我已经习惯了不去听它，直到有一天链条在上坡的半路上掉了下来，我才不得不停下。","于是我拆下后轮，用刷子把每一个齿都清洗干净，再按相反的顺序装回去，大约花了两个小时，声音也没有了。"]),
"ko":("자전거를 고친 이야기","공방 일기","보관함","작성자: {a} 2024년 5월 3일","김민지","관련 글","구독하기","글쓴이 소개","최신 글",["변속기가 몇 달째 소리를 내고 있었고 나는 그 소리를 듣지 않는 데 익숙해져 있었는데, 어느 날 언덕 중간에서 체인이 빠졌다.","그래서 뒷바퀴를 떼어 내고 톱니를 하나하나 솔로 닦은 다음 거꾸로 다시 조립했다. 두 시간쯤 걸렸지만 이제는 조용하다."]),
"ar":("كيف أصلحت دراجتي","دفتر الورشة","الأرشيف","بقلم {a} في 3 مايو 2024","ليلى حداد","مقالات ذات صلة","اشترك","عن الكاتبة","أحدث المقالات",["كان مغيّر السرعات يصدر صوتاً منذ شهور، وقد اعتدت ألا أسمعه، إلى أن قفزت السلسلة ذات يوم في منتصف الطريق الصاعد.","لذلك نزعت العجلة الخلفية ونظفت كل سن بفرشاة ثم أعدت تركيب كل شيء بالترتيب المعاكس، واستغرق ذلك ساعتين تقريباً."]),
"he":("איך תיקנתי את האופניים","יומן סדנה","ארכיון","מאת {a}, 3 במאי 2024","נועה לוי","פוסטים קשורים","הרשמה","על הכותבת","פוסטים אחרונים",["מערכת ההילוכים הרעישה כבר חודשים, והתרגלתי לא לשמוע אותה, עד שיום אחד השרשרת קפצה באמצע העלייה.","אז פירקתי את הגלגל האחורי, ניקיתי כל שן במברשת והרכבתי הכול בחזרה בסדר הפוך, מה שלקח בערך שעתיים."]),
"vi":("Tôi đã sửa chiếc xe đạp như thế nào","Nhật ký xưởng","Lưu trữ","Tác giả: {a}, ngày 3 tháng 5 năm 2024","Nguyễn Thị Lan","Bài viết liên quan","Đăng ký","Về tác giả","Bài viết mới",["Bộ đề kêu suốt mấy tháng trời, và tôi đã quen với việc không nghe thấy nó, cho đến một hôm xích tuột ra ngay giữa dốc.","Thế là tôi tháo bánh sau, lau sạch từng răng bằng bàn chải rồi lắp mọi thứ trở lại theo thứ tự ngược lại, mất khoảng hai giờ."]),
"hi":("मैंने अपनी साइकिल कैसे ठीक की","कार्यशाला","संग्रह","लेखक: {a}, 3 मई 2024","नेहा शर्मा","संबंधित लेख","सदस्यता लें","लेखक के बारे में","नए लेख",["गियर कई महीनों से आवाज़ कर रहा था और मैं उसे न सुनने की आदी हो गई थी, जब तक कि एक दिन चढ़ाई के बीच में चेन उतर नहीं गई।","इसलिए मैंने पिछला पहिया उतारा, हर दाँत को ब्रश से साफ़ किया और सब कुछ उलटे क्रम में वापस जोड़ दिया, जिसमें दो घंटे लगे।"]),
}  # fmt: skip
RIGHT_TO_LEFT = ("ar", "he")


@pytest.mark.parametrize("language", PAGES)
def test_fields_and_text_are_found(language: str) -> None:
    title, site, menu, line, author, related, letter, about, latest, text = PAGES[
        language
    ]
    page = PAGE.format(
        lang=language,
        direction=' dir="rtl"' if language in RIGHT_TO_LEFT else "",
        title=title,
        site=site,
        nav=menu,
        meta=line.format(a=author),
        body="".join(f"<p>{paragraph}</p>" for paragraph in text * 3),
        rel=related,
        sub=letter,
        about=about,
        author=author,
        latest=latest,
    )
    draft, refused = examine(page.encode(), "https://blog.example/2024/lamp/")
    assert refused is None
    assert draft is not None
    assert draft.title == title
    assert draft.authors == (author,)
    assert str(draft.published)[:10] == "2024-05-03"
    assert draft.language == language.replace("nb", "no")
    assert draft.text.split("\n\n") == text * 3
