"""Names of the months in the languages of the web, as the Unicode CLDR has them.

A language has twelve months; a month has its forms, full and short, alone and within a date.
"""

from collections.abc import Mapping
from functools import cache

BY_LANGUAGE = {
    "en": (
        "january,jan february,feb march,mar april,apr may june,jun july,jul august,aug "
        "september,sep,sept october,oct november,nov december,dec"
    ),
    "de": (
        "januar,jan,jänner februar,feb märz,mär april,apr mai juni,jun juli,jul august,aug "
        "september,sept,sep oktober,okt november,nov dezember,dez"
    ),
    "fr": (
        "janvier,janv février,févr mars avril,avr mai juin juillet,juil août septembre,sept "
        "octobre,oct novembre,nov décembre,déc"
    ),
    "es": (
        "enero,ene febrero,feb marzo,mar abril,abr mayo,may junio,jun julio,jul agosto,ago "
        "septiembre,sept,setiembre octubre,oct noviembre,nov diciembre,dic"
    ),
    "it": (
        "gennaio,gen febbraio,feb marzo,mar aprile,apr maggio,mag giugno,giu luglio,lug "
        "agosto,ago settembre,set ottobre,ott novembre,nov dicembre,dic"
    ),
    "pt": (
        "janeiro,jan fevereiro,fev março,mar abril,abr maio,mai junho,jun julho,jul "
        "agosto,ago setembro,set outubro,out novembro,nov dezembro,dez"
    ),
    "nl": (
        "januari,jan februari,feb maart,mrt april,apr mei juni,jun juli,jul augustus,aug "
        "september,sep oktober,okt november,nov december,dec"
    ),
    "sv": (
        "januari,jan februari,feb mars april,apr maj juni juli augusti,aug september,sep "
        "oktober,okt november,nov december,dec"
    ),
    "da": (
        "januar,jan februar,feb marts,mar april,apr maj juni,jun juli,jul august,aug "
        "september,sep oktober,okt november,nov december,dec"
    ),
    "nb": (
        "januar,jan februar,feb mars,mar april,apr mai juni,jun juli,jul august,aug "
        "september,sep oktober,okt november,nov desember,des"
    ),
    "nn": (
        "januar,jan februar,feb mars,mar april,apr mai juni,jun juli,jul august,aug "
        "september,sep oktober,okt november,nov desember,des"
    ),
    "fi": (
        "tammikuuta,tammi,tammikuu helmikuuta,helmi,helmikuu maaliskuuta,maalis,maaliskuu "
        "huhtikuuta,huhti,huhtikuu toukokuuta,touko,toukokuu kesäkuuta,kesä,kesäkuu "
        "heinäkuuta,heinä,heinäkuu elokuuta,elo,elokuu syyskuuta,syys,syyskuu "
        "lokakuuta,loka,lokakuu marraskuuta,marras,marraskuu joulukuuta,joulu,joulukuu"
    ),
    "is": (
        "janúar,jan febrúar,feb mars,mar apríl,apr maí júní,jún júlí,júl ágúst,ágú "
        "september,sep október,okt nóvember,nóv desember,des"
    ),
    "et": (
        "jaanuar,jaan veebruar,veebr märts aprill,apr mai juuni juuli august,aug "
        "september,sept oktoober,okt november,nov detsember,dets"
    ),
    "lv": (
        "janvāris,janv februāris,febr marts aprīlis,apr maijs jūnijs,jūn jūlijs,jūl "
        "augusts,aug septembris,sept oktobris,okt novembris,nov decembris,dec"
    ),
    "lt": (
        "sausio,saus,sausis vasario,vas,vasaris kovo,kov,kovas balandžio,bal,balandis "
        "gegužės,geg,gegužė birželio,birž,birželis liepos,liep,liepa rugpjūčio,rugp,rugpjūtis "
        "rugsėjo,rugs,rugsėjis spalio,spal,spalis lapkričio,lapkr,lapkritis "
        "gruodžio,gruod,gruodis"
    ),
    "pl": (
        "stycznia,sty,styczeń lutego,lut,luty marca,mar,marzec kwietnia,kwi,kwiecień maja,maj "
        "czerwca,cze,czerwiec lipca,lip,lipiec sierpnia,sie,sierpień września,wrz,wrzesień "
        "października,paź,październik listopada,lis,listopad grudnia,gru,grudzień"
    ),
    "cs": (
        "ledna,led,leden února,úno,únor března,bře,březen dubna,dub,duben května,kvě,květen "
        "června,čvn,červen července,čvc,červenec srpna,srp,srpen září,zář října,říj,říjen "
        "listopadu,lis,listopad prosince,pro,prosinec"
    ),
    "sk": (
        "januára,jan,január februára,feb,február marca,mar,marec apríla,apr,apríl mája,máj "
        "júna,jún júla,júl augusta,aug,august septembra,sep,september októbra,okt,október "
        "novembra,nov,november decembra,dec,december"
    ),
    "sl": (
        "januar,jan februar,feb marec,mar april,apr maj junij,jun julij,jul avgust,avg "
        "september,sep oktober,okt november,nov december,dec"
    ),
    "hr": (
        "siječnja,sij,siječanj veljače,velj,veljača ožujka,ožu,ožujak travnja,tra,travanj "
        "svibnja,svi,svibanj lipnja,lip,lipanj srpnja,srp,srpanj kolovoza,kol,kolovoz "
        "rujna,ruj,rujan listopada,lis,listopad studenoga,stu,studeni prosinca,pro,prosinac"
    ),
    "sr": (
        "јануар,јан фебруар,феб март,мар април,апр мај јун јул август,авг септембар,сеп "
        "октобар,окт новембар,нов децембар,дец"
    ),
    "bs": (
        "januar,jan februar,feb mart,mar april,apr maj juni,jun juli,jul august,aug "
        "septembar,sep oktobar,okt novembar,nov decembar,dec"
    ),
    "mk": (
        "јануари,јан февруари,фев март,мар април,апр мај јуни,јун јули,јул август,авг "
        "септември,сеп октомври,окт ноември,ное декември,дек"
    ),
    "bg": (
        "януари,яну февруари,фев март април,апр май юни юли август,авг септември,сеп "
        "октомври,окт ноември,ное декември,дек"
    ),
    "ru": (
        "января,янв,январь февраля,февр,февраль марта,мар,март апреля,апр,апрель мая,май "
        "июня,июн,июнь июля,июл,июль августа,авг,август сентября,сент,сентябрь "
        "октября,окт,октябрь ноября,нояб,ноябрь декабря,дек,декабрь"
    ),
    "uk": (
        "січня,січ,січень лютого,лют,лютий березня,бер,березень квітня,квіт,квітень "
        "травня,трав,травень червня,черв,червень липня,лип,липень серпня,серп,серпень "
        "вересня,вер,вересень жовтня,жовт,жовтень листопада,лист,листопад грудня,груд,грудень"
    ),
    "be": (
        "студзеня,сту,студзень лютага,лют,люты сакавіка,сак,сакавік красавіка,кра,красавік "
        "мая,май чэрвеня,чэр,чэрвень ліпеня,ліп,ліпень жніўня,жні,жнівень "
        "верасня,вер,верасень кастрычніка,кас,кастрычнік лістапада,ліс,лістапад "
        "снежня,сне,снежань"
    ),
    "ro": (
        "ianuarie,ian februarie,feb martie,mar aprilie,apr mai iunie,iun iulie,iul august,aug "
        "septembrie,sept octombrie,oct noiembrie,nov decembrie,dec"
    ),
    "hu": (
        "január,jan február,febr március,márc április,ápr május,máj június,jún július,júl "
        "augusztus,aug szeptember,szept október,okt november,nov december,dec"
    ),
    "el": (
        "ιανουαρίου,ιαν,ιανουάριος φεβρουαρίου,φεβ,φεβρουάριος μαρτίου,μαρ,μάρτιος,μάρ "
        "απριλίου,απρ,απρίλιος μαΐου,μαΐ,μάιος,μάι ιουνίου,ιουν,ιούνιος,ιούν "
        "ιουλίου,ιουλ,ιούλιος,ιούλ αυγούστου,αυγ,αύγουστος,αύγ σεπτεμβρίου,σεπ,σεπτέμβριος "
        "οκτωβρίου,οκτ,οκτώβριος νοεμβρίου,νοε,νοέμβριος,νοέ δεκεμβρίου,δεκ,δεκέμβριος"
    ),
    "tr": (
        "ocak,oca şubat,şub mart,mar nisan,nis mayıs,may haziran,haz temmuz,tem ağustos,ağu "
        "eylül,eyl ekim,eki kasım,kas aralık,ara"
    ),
    "az": (
        "yanvar,yan fevral,fev mart,mar aprel,apr may iyun,iyn iyul,iyl avqust,avq "
        "sentyabr,sen oktyabr,okt noyabr,noy dekabr,dek"
    ),
    "ka": (
        "იანვარი,იან თებერვალი,თებ მარტი,მარ აპრილი,აპრ მაისი,მაი ივნისი,ივნ ივლისი,ივლ "
        "აგვისტო,აგვ სექტემბერი,სექ ოქტომბერი,ოქტ ნოემბერი,ნოე დეკემბერი,დეკ"
    ),
    "hy": (
        "հունվարի,հնվ,հունվար փետրվարի,փտվ,փետրվար մարտի,մրտ,մարտ ապրիլի,ապր,ապրիլ "
        "մայիսի,մյս,մայիս հունիսի,հնս,հունիս հուլիսի,հլս,հուլիս օգոստոսի,օգս,օգոստոս "
        "սեպտեմբերի,սեպ,սեպտեմբեր հոկտեմբերի,հոկ,հոկտեմբեր նոյեմբերի,նոյ,նոյեմբեր "
        "դեկտեմբերի,դեկ,դեկտեմբեր"
    ),
    "ar": (
        "يناير,كانون_الثاني,جانفي فبراير,شباط,فيفري مارس,آذار أبريل,نيسان,أفريل مايو,أيار,ماي "
        "يونيو,حزيران,جوان يوليو,تموز,جويلية أغسطس,آب,أوت سبتمبر,أيلول أكتوبر,تشرين_الأول "
        "نوفمبر,تشرين_الثاني ديسمبر,كانون_الأول"
    ),
    "he": (
        "ינואר,ינו׳ פברואר,פבר׳ מרץ אפריל,אפר׳ מאי יוני יולי אוגוסט,אוג׳ ספטמבר,ספט׳ "
        "אוקטובר,אוק׳ נובמבר,נוב׳ דצמבר,דצמ׳"
    ),
    "fa": ("ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر"),
    "hi": (
        "जनवरी,जन॰ फ़रवरी,फ़र॰ मार्च अप्रैल मई जून जुलाई,जुल॰ अगस्त,अग॰ सितंबर,सित॰ "
        "अक्टूबर,अक्टू॰ नवंबर,नव॰ दिसंबर,दिस॰"
    ),
    "bn": (
        "জানুয়ারি,জানু ফেব্রুয়ারি,ফেব মার্চ এপ্রিল,এপ্রি মে জুন জুলাই,জুল আগস্ট,আগ "
        "সেপ্টেম্বর,সেপ,সেপ্ট অক্টোবর,অক্টো নভেম্বর,নভে ডিসেম্বর,ডিসে"
    ),
    "th": (
        "มกราคม,ม_ค กุมภาพันธ์,ก_พ มีนาคม,มี_ค เมษายน,เม_ย พฤษภาคม,พ_ค มิถุนายน,มิ_ย "
        "กรกฎาคม,ก_ค สิงหาคม,ส_ค กันยายน,ก_ย ตุลาคม,ต_ค พฤศจิกายน,พ_ย ธันวาคม,ธ_ค"
    ),
    "id": (
        "januari,jan februari,feb maret,mar april,apr mei juni,jun juli,jul agustus,agu "
        "september,sep oktober,okt november,nov desember,des"
    ),
    "ms": (
        "januari,jan februari,feb mac april,apr mei jun julai,jul ogos,ogo september,sep "
        "oktober,okt november,nov disember,dis"
    ),
    "ca": (
        "gener,gen febrer,febr març abril,abr maig juny juliol,jul agost setembre,set "
        "octubre,oct novembre,nov desembre,des"
    ),
    "gl": (
        "xaneiro,xan febreiro,feb marzo,mar abril,abr maio xuño xullo,xul agosto,ago "
        "setembro,set outubro,out novembro,nov decembro,dec"
    ),
    "eu": (
        "urtarrila,urt otsaila,ots martxoa,mar apirila,api maiatza,mai ekaina,eka uztaila,uzt "
        "abuztua,abu iraila,ira urria,urr azaroa,aza abendua,abe"
    ),
    "cy": (
        "ionawr,ion chwefror,chwef,chw mawrth,maw ebrill,ebr mai mehefin,meh "
        "gorffennaf,gorff,gor awst medi hydref,hyd tachwedd,tach rhagfyr,rhag"
    ),
    "ga": (
        "eanáir,ean feabhra,feabh márta aibreán,aib bealtaine,beal meitheamh,meith iúil "
        "lúnasa,lún meán_fómhair,mfómh deireadh_fómhair,dfómh samhain,samh nollaig,noll"
    ),
    "sq": (
        "janar,jan shkurt,shk mars,mar prill,pri maj qershor,qer korrik,korr gusht,gush "
        "shtator,sht tetor,tet nëntor,nën dhjetor,dhj"
    ),
    "af": (
        "januarie,jan februarie,feb maart,mrt april,apr mei junie,jun julie,jul augustus,aug "
        "september,sep oktober,okt november,nov desember,des"
    ),
    "sw": (
        "januari,jan februari,feb machi,mac aprili,apr mei juni,jun julai,jul agosti,ago "
        "septemba,sep oktoba,okt novemba,nov desemba,des"
    ),
    "fil": (
        "enero,ene pebrero,peb marso,mar abril,abr mayo,may hunyo,hun hulyo,hul agosto,ago "
        "setyembre,set oktubre,okt nobyembre,nob disyembre,dis"
    ),
}

# Names that two languages give to different months; elsewhere the first of them is meant.
PREFERRED = ("pl", "cs")


@cache
def months(language: str = "") -> Mapping[str, int]:
    """Numbers of the months by name, lower-case, of every language; `language` decides for two."""
    found: dict[str, int] = {}
    for code in (language, *PREFERRED, *BY_LANGUAGE):
        for number, forms in enumerate(BY_LANGUAGE.get(code, "").split(), start=1):
            for name in forms.split(","):
                found.setdefault(name.replace("_", " "), number)
    return found
